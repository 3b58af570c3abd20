use crate::api::{check_changes, check_id};
use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    CreateWebhookRequest, CreateWebhookResponse, GetWebhookResponse, ListWebhooksResponse,
    UpdateWebhookRequest, UpdateWebhookResponse, WebhookEventType, required,
};
use crate::secret::RedactedUrl;
use crate::validate::http_url;

/// The addresses to which ImageKit reports events. See [`Accounts::webhooks`](super::Accounts::webhooks).
///
/// Replies contain the secret with which deliveries are signed. `Debug` leaves it out.
#[derive(Clone, Debug)]
pub struct Webhooks {
    http: Http,
}

impl Webhooks {
    pub(super) fn new(http: Http) -> Self {
        Self { http }
    }

    /// All webhooks of the account, in one list (`list-webhooks`).
    pub fn list(&self) -> ListWebhooks {
        ListWebhooks::new(&self.http)
    }

    /// Adds a webhook, of which an account has at most 3 (`create-webhook`): an `http` or `https` URL, and the events that
    /// are reported to it. The reply has the secret that the server made for it.
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

    /// One webhook, with its secret (`get-webhook`).
    pub fn get(&self, id: impl Into<String>) -> GetWebhook {
        GetWebhook::new(&self.http, id.into())
    }

    /// Changes a webhook (`update-webhook`): at least one of its settings. What is not set stays as it is; the secret cannot
    /// be changed.
    pub fn update(&self, id: impl Into<String>) -> UpdateWebhook {
        let id = id.into();
        let body = UpdateWebhookRequest::new();
        UpdateWebhook::new(&self.http, id, body)
    }

    /// Deletes a webhook for good, with its secret (`delete-webhook`). To pause it, update it with
    /// [`enabled(false)`](Request::<UpdateWebhook>::enabled).
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

/// Settings of a new webhook.
impl CreateWebhook {
    /// Whether events are reported to it. The server's default is true.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.body.enabled = enabled.into();
        self
    }
}

/// Changes to a webhook.
impl UpdateWebhook {
    /// Another `http` or `https` URL.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        let endpoint: String = endpoint.into();
        self.body.endpoint = endpoint.into();
        self
    }

    /// Other events, in place of all former ones.
    pub fn events<T: Into<WebhookEventType>>(
        mut self,
        events: impl IntoIterator<Item = T>,
    ) -> Self {
        self.body.events = list(events).into();
        self
    }

    /// Whether events are reported to it.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.body.enabled = enabled.into();
        self
    }
}

operation! {
    /// The request of [`Webhooks::list`].
    ListWebhooks {  }
    LIST_WEBHOOKS -> ListWebhooksResponse, repeatable: true,
    send: |_call, client| client.list_webhooks().send().await,
}

operation! {
    /// The arguments and settings of [`Webhooks::create`].
    CreateWebhook { body: CreateWebhookRequest }
    CREATE_WEBHOOK -> CreateWebhookResponse, repeatable: false,
    check: |call| check_endpoint(&call.body.endpoint),
    send: |call, client| client.create_webhook().body(call.body.clone()).send().await,
}

operation! {
    /// The arguments of [`Webhooks::get`].
    GetWebhook { id: String }
    GET_WEBHOOK -> GetWebhookResponse, repeatable: true,
    check: |call| check_id("id", &call.id),
    send: |call, client| client.get_webhook().id(&call.id).send().await,
}

operation! {
    /// The arguments and changes of [`Webhooks::update`].
    UpdateWebhook { id: String, body: UpdateWebhookRequest }
    UPDATE_WEBHOOK -> UpdateWebhookResponse, repeatable: true,
    check: |call| {
        check_id("id", &call.id)?;
        let body = &call.body;
        let is_set = body.endpoint.is_some() || body.events.is_some() || body.enabled.is_some();
        check_changes(is_set, "`endpoint`, `events` and `enabled`")?;
        match call.body.endpoint.as_ref() {
            Some(endpoint) => check_endpoint(endpoint),
            None => Ok(()),
        }
    },
    send: |call, client| client.update_webhook().id(&call.id).body(call.body.clone()).send().await,
}

operation! {
    /// The arguments of [`Webhooks::delete`].
    DeleteWebhook { id: String }
    DELETE_WEBHOOK -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| client.delete_webhook().id(&call.id).send().await?.map(|_| ()),
}
