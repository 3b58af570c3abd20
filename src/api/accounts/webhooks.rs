use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    CreateWebhookRequest, CreateWebhookResponse, GetWebhookResponse, ListWebhooksResponse,
    UpdateWebhookRequest, UpdateWebhookResponse, WebhookEventType, required,
};
use crate::secret::RedactedUrl;
use crate::validate::{check_changes, check_id, http_url};

/// The URLs to which ImageKit sends events.
///
/// [`Accounts::webhooks`](super::Accounts::webhooks) returns it. Responses contain the secret that
/// verifies events. `Debug` leaves it out.
#[derive(Clone, Debug)]
pub struct Webhooks {
    http: Http,
}

impl Webhooks {
    pub(super) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Lists all webhooks of the account.
    ///
    /// `.await` returns a `Vec` of [`Webhook`](crate::types::Webhook).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn list(&self) -> ListWebhooks {
        ListWebhooks::new(&self.http)
    }

    /// Adds a webhook: an `http` or `https` URL, and the events that ImageKit sends to it. An
    /// account has at most 3.
    ///
    /// The response has the secret that verifies the events.
    ///
    /// `.await` returns the new [`Webhook`](crate::types::Webhook).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an endpoint that is not an `http` or
    ///   `https` URL.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn create<T: Into<WebhookEventType>>(
        &self,
        endpoint: impl Into<String>,
        events: impl IntoIterator<Item = T>,
    ) -> CreateWebhook {
        let body = CreateWebhookRequest::new(required::CreateWebhookRequest {
            endpoint: endpoint.into(),
            events: list(events),
        });
        CreateWebhook::new(&self.http, body)
    }

    /// Returns one webhook, with its secret.
    ///
    /// `.await` returns [`Webhook`](crate::types::Webhook).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no webhook has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn get(&self, id: impl Into<String>) -> GetWebhook {
        GetWebhook::new(&self.http, id.into())
    }

    /// Changes a webhook: at least one of its settings. What is not set stays as it is. The secret
    /// cannot be changed.
    ///
    /// `.await` returns the changed [`Webhook`](crate::types::Webhook).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also if nothing is set, and for an endpoint that is not an `http` or
    ///   `https` URL.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no webhook has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn update(&self, id: impl Into<String>) -> UpdateWebhook {
        let id = id.into();
        let body = UpdateWebhookRequest::new();
        UpdateWebhook::new(&self.http, id, body)
    }

    /// Deletes a webhook for good, with its secret. To pause it, update it with
    /// [`enabled(false)`](UpdateWebhook::enabled).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no webhook has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn delete(&self, id: impl Into<String>) -> DeleteWebhook {
        DeleteWebhook::new(&self.http, id.into())
    }
}

fn list<T: Into<WebhookEventType>>(events: impl IntoIterator<Item = T>) -> Vec<WebhookEventType> {
    events.into_iter().map(Into::into).collect()
}

fn check_endpoint(endpoint: &str) -> Result<(), Error> {
    if http_url(endpoint).is_some() {
        return Ok(());
    }
    Err(Error::invalid_input(
        "endpoint",
        format!(
            "`{}` is not an http or https URL; give a complete one, such as https://example.com/imagekit",
            RedactedUrl(endpoint)
        ),
    ))
}

/// Options of a new webhook.
impl CreateWebhook {
    /// Enables or disables the webhook. The server's default is true.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.body.enabled = enabled.into();
        self
    }
}

/// Changes to a webhook.
impl UpdateWebhook {
    /// Sets another URL, `http` or `https`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        let endpoint: String = endpoint.into();
        self.body.endpoint = endpoint.into();
        self
    }

    /// Sets the events, in place of all former ones.
    pub fn events<T: Into<WebhookEventType>>(
        mut self,
        events: impl IntoIterator<Item = T>,
    ) -> Self {
        self.body.events = list(events).into();
        self
    }

    /// Enables or disables the webhook.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.body.enabled = enabled.into();
        self
    }
}

operation! {
    /// Lists all webhooks of the account.
    ///
    /// Created by [`ik.accounts().webhooks().list()`](Webhooks::list).
    ///
    /// `.await` returns a `Vec` of [`Webhook`](crate::types::Webhook).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    ListWebhooks {  }
    LIST_WEBHOOKS -> ListWebhooksResponse, repeatable: true,
    send: |_call, client| client.list_webhooks().send().await,
}

operation! {
    /// Adds a webhook: an `http` or `https` URL, and the events that ImageKit sends to it. An
    /// account has at most 3.
    ///
    /// Created by [`ik.accounts().webhooks().create(endpoint, events)`](Webhooks::create).
    ///
    /// `.await` returns the new [`Webhook`](crate::types::Webhook).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an endpoint that is not an `http` or
    ///   `https` URL.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    CreateWebhook { body: CreateWebhookRequest }
    CREATE_WEBHOOK -> CreateWebhookResponse, repeatable: false,
    check: |call| check_endpoint(&call.body.endpoint),
    send: |call, client| client.create_webhook().body(call.body.clone()).send().await,
}

operation! {
    /// Returns one webhook, with its secret.
    ///
    /// Created by [`ik.accounts().webhooks().get(id)`](Webhooks::get).
    ///
    /// `.await` returns [`Webhook`](crate::types::Webhook).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no webhook has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    GetWebhook { id: String }
    GET_WEBHOOK -> GetWebhookResponse, repeatable: true,
    check: |call| check_id("id", &call.id),
    send: |call, client| client.get_webhook().id(&call.id).send().await,
}

operation! {
    /// Changes a webhook: at least one of its settings. What is not set stays as it is. The secret
    /// cannot be changed.
    ///
    /// Created by [`ik.accounts().webhooks().update(id)`](Webhooks::update).
    ///
    /// `.await` returns the changed [`Webhook`](crate::types::Webhook).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also if nothing is set, and for an endpoint that is not an `http` or
    ///   `https` URL.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no webhook has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    UpdateWebhook { id: String, body: UpdateWebhookRequest }
    UPDATE_WEBHOOK -> UpdateWebhookResponse, repeatable: true,
    check: |call| {
        check_id("id", &call.id)?;
        let body = &call.body;
        let is_set = body.endpoint.is_some() || body.events.is_some() || body.enabled.is_some();
        check_changes(is_set || call.options.has_extra_body(), "`endpoint`, `events` and `enabled`")?;
        match call.body.endpoint.as_ref() {
            Some(endpoint) => check_endpoint(endpoint),
            None => Ok(()),
        }
    },
    send: |call, client| client.update_webhook().id(&call.id).body(call.body.clone()).send().await,
}

operation! {
    /// Deletes a webhook for good, with its secret. To pause it, update it with
    /// [`enabled(false)`](UpdateWebhook::enabled).
    ///
    /// Created by [`ik.accounts().webhooks().delete(id)`](Webhooks::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no webhook has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    DeleteWebhook { id: String }
    DELETE_WEBHOOK -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| client.delete_webhook().id(&call.id).send().await?.map(|_| ()),
}
