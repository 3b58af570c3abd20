use crate::api::{check_filled, check_id, check_length};
use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    CreateUrlEndpointResponse, GetUrlEndpointResponse, ListUrlEndpointsResponse,
    UpdateUrlEndpointResponse, UrlEndpointRequest, UrlRewriter,
};

/// The base URLs under which files are delivered (beta). See
/// [`Accounts::url_endpoints`](super::Accounts::url_endpoints).
#[derive(Clone, Debug)]
pub struct UrlEndpoints {
    http: Http,
}

impl UrlEndpoints {
    pub(super) fn new(http: Http) -> Self {
        Self { http }
    }

    /// All URL endpoints of the account, in one list (`list-url-endpoints`, beta).
    pub fn list(&self) -> ListUrlEndpoints {
        ListUrlEndpoints::new(&self.http)
    }

    /// Adds a URL endpoint (`create-url-endpoint`, beta). The description says what it is for, in 1 to 1000 characters.
    pub fn create(&self, description: impl Into<String>) -> CreateUrlEndpoint {
        let body = UrlEndpointRequest::new(description);
        CreateUrlEndpoint::new(&self.http, body)
    }

    /// One URL endpoint (`get-url-endpoint`, beta).
    pub fn get(&self, id: impl Into<String>) -> GetUrlEndpoint {
        GetUrlEndpoint::new(&self.http, id.into())
    }

    /// Replaces a URL endpoint (`update-url-endpoint`, beta). What is not set falls back to its default: no prefix, no
    /// origins, no rewriting. Delivery URLs change with the prefix.
    pub fn update(
        &self,
        id: impl Into<String>,
        description: impl Into<String>,
    ) -> UpdateUrlEndpoint {
        let id = id.into();
        let body = UrlEndpointRequest::new(description);
        UpdateUrlEndpoint::new(&self.http, id, body)
    }

    /// Deletes a URL endpoint for good (`delete-url-endpoint`, beta). The URLs under it no longer work. The API refuses to
    /// delete the default endpoint of the account ([`BadRequest`](crate::ErrorKind::BadRequest)).
    pub fn delete(&self, id: impl Into<String>) -> DeleteUrlEndpoint {
        DeleteUrlEndpoint::new(&self.http, id.into())
    }
}

/// The settings that creation and replacement share.
macro_rules! settings {
    ($call:ty) => {
        /// Settings of a URL endpoint.
        impl $call {
            /// The part of the path that tells the endpoint from others of the account, such as `shop`: at most 100 letters,
            /// digits and hyphens. The server's default is an empty one, which is reserved for the account's default endpoint.
            pub fn url_prefix(mut self, prefix: impl Into<String>) -> Self {
                let prefix: String = prefix.into();
                self.body.url_prefix = prefix.into();
                self
            }

            /// The ids of the origins in which files are looked for, at most 10. The server's default is none.
            pub fn origins<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
                let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
                self.body.origins = ids.into();
                self
            }

            /// The service whose URLs are understood as well, so that existing links work on after a move to ImageKit:
            /// [`CloudinaryUrlRewriter`](crate::types::CloudinaryUrlRewriter),
            /// [`ImgixUrlRewriter`](crate::types::ImgixUrlRewriter) or
            /// [`AkamaiUrlRewriter`](crate::types::AkamaiUrlRewriter). The server's default is none.
            pub fn url_rewriter(mut self, rewriter: impl Into<UrlRewriter>) -> Self {
                let rewriter: UrlRewriter = rewriter.into();
                self.body.url_rewriter = rewriter.into();
                self
            }
        }
    };
}

settings!(CreateUrlEndpoint);
settings!(UpdateUrlEndpoint);

fn check(endpoint: &UrlEndpointRequest) -> Result<(), Error> {
    let description = &endpoint.description;
    check_filled("description", description, "say what the endpoint is for")?;
    check_length("description", description, 1000)?;
    if let Some(prefix) = endpoint.url_prefix.as_ref() {
        check_length("url_prefix", prefix, 100)?;
        if !prefix
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '-')
        {
            return Err(Error::invalid_input(
                "url_prefix",
                format!(
                    "`{prefix}` is not a valid prefix; use letters from A to Z, digits and hyphens"
                ),
            ));
        }
    }
    for id in endpoint.origins.as_ref().into_iter().flatten() {
        check_id("origins", id)?;
    }
    if let Some(count @ 11..) = endpoint.origins.as_ref().map(Vec::len) {
        let message = format!("has {count} ids; an endpoint takes at most 10 origins");
        return Err(Error::invalid_input("origins", message));
    }
    Ok(())
}

operation! {
    /// The request of [`UrlEndpoints::list`].
    ListUrlEndpoints {  }
    LIST_URL_ENDPOINTS -> ListUrlEndpointsResponse, repeatable: true,
    send: |_call, client| client.list_url_endpoints().send().await,
}

operation! {
    /// The arguments and settings of [`UrlEndpoints::create`].
    CreateUrlEndpoint { body: UrlEndpointRequest }
    CREATE_URL_ENDPOINT -> CreateUrlEndpointResponse, repeatable: false,
    check: |call| check(&call.body),
    send: |call, client| client.create_url_endpoint().body(call.body.clone()).send().await,
}

operation! {
    /// The arguments of [`UrlEndpoints::get`].
    GetUrlEndpoint { id: String }
    GET_URL_ENDPOINT -> GetUrlEndpointResponse, repeatable: true,
    check: |call| check_id("id", &call.id),
    send: |call, client| client.get_url_endpoint().id(&call.id).send().await,
}

operation! {
    /// The arguments and settings of [`UrlEndpoints::update`].
    UpdateUrlEndpoint { id: String, body: UrlEndpointRequest }
    UPDATE_URL_ENDPOINT -> UpdateUrlEndpointResponse, repeatable: true,
    check: |call| check_id("id", &call.id).and_then(|()| check(&call.body)),
    send: |call, client| client.update_url_endpoint().id(&call.id).body(call.body.clone()).send().await,
}

operation! {
    /// The arguments of [`UrlEndpoints::delete`].
    DeleteUrlEndpoint { id: String }
    DELETE_URL_ENDPOINT -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| client.delete_url_endpoint().id(&call.id).send().await?.map(|_| ()),
}
