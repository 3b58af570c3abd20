use crate::client::Http;
use crate::error::Error;
use crate::raw::types::{
    CreateUrlEndpointResponse, GetUrlEndpointResponse, ListUrlEndpointsResponse,
    UpdateUrlEndpointResponse, UrlEndpointRequest, UrlRewriter,
};
use crate::validate::{check_filled, check_id, check_length, excerpt};

/// The base URLs under which files are delivered (beta).
///
/// [`Accounts::url_endpoints`](super::Accounts::url_endpoints) returns it.
#[derive(Clone, Debug)]
pub struct UrlEndpoints {
    http: Http,
}

impl UrlEndpoints {
    pub(super) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Lists all URL endpoints of the account (beta).
    ///
    /// `.await` returns a `Vec` of [`UrlEndpoint`](crate::types::UrlEndpoint).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/list-url-endpoints)
    pub fn list(&self) -> ListUrlEndpoints {
        ListUrlEndpoints::new(&self.http)
    }

    /// Adds a URL endpoint (beta). The description says what it is for, in 1 to 1000 characters.
    ///
    /// `.await` returns the new [`UrlEndpoint`](crate::types::UrlEndpoint).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a description, prefix or list of
    ///   origins outside of its limits.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/create-url-endpoint)
    pub fn create(&self, description: impl Into<String>) -> CreateUrlEndpoint {
        let body = UrlEndpointRequest::new(description);
        CreateUrlEndpoint::new(&self.http, body)
    }

    /// Returns one URL endpoint (beta).
    ///
    /// `.await` returns [`UrlEndpoint`](crate::types::UrlEndpoint).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no URL endpoint has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/get-url-endpoint)
    pub fn get(&self, id: impl Into<String>) -> GetUrlEndpoint {
        GetUrlEndpoint::new(&self.http, id.into())
    }

    /// Replaces a URL endpoint (beta). A setting that is not set gets its default: no prefix, no
    /// origins, no rewriting. Delivery URLs change with the prefix.
    ///
    /// `.await` returns the changed [`UrlEndpoint`](crate::types::UrlEndpoint).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also for a setting outside of its limits.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no URL endpoint has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/update-url-endpoint)
    pub fn update(
        &self,
        id: impl Into<String>,
        description: impl Into<String>,
    ) -> UpdateUrlEndpoint {
        let id = id.into();
        let body = UrlEndpointRequest::new(description);
        UpdateUrlEndpoint::new(&self.http, id, body)
    }

    /// Deletes a URL endpoint for good (beta). URLs under it stop working.
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no URL endpoint has the id.
    /// - [`BadRequest`](crate::ErrorKind::BadRequest) for the default endpoint of the account.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/delete-url-endpoint)
    pub fn delete(&self, id: impl Into<String>) -> DeleteUrlEndpoint {
        DeleteUrlEndpoint::new(&self.http, id.into())
    }
}

/// The options that creation and replacement share.
macro_rules! settings {
    ($call:ty) => {
        /// Options of a URL endpoint.
        impl $call {
            /// Sets the first part of the path, which distinguishes the endpoint from others of the
            /// account: at most 100 letters, digits and hyphens, such as `shop`.
            ///
            /// The server's default is an empty prefix, which is reserved for the default endpoint
            /// of the account.
            pub fn url_prefix(mut self, prefix: impl Into<String>) -> Self {
                let prefix: String = prefix.into();
                self.body.url_prefix = prefix.into();
                self
            }

            /// Sets the ids of the origins that are searched for files, at most 10. The server's
            /// default is an empty list.
            pub fn origins<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
                let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
                self.body.origins = ids.into();
                self
            }

            /// Sets the service whose URLs the endpoint understands as well, so that existing links
            /// work after a move to ImageKit:
            /// [`CloudinaryUrlRewriter`](crate::types::CloudinaryUrlRewriter),
            /// [`ImgixUrlRewriter`](crate::types::ImgixUrlRewriter) or
            /// [`AkamaiUrlRewriter`](crate::types::AkamaiUrlRewriter). By default no URLs are
            /// rewritten.
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
                    "`{}` is not a valid prefix; use letters from A to Z, digits and hyphens",
                    excerpt(prefix)
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
    /// Lists all URL endpoints of the account (beta).
    ///
    /// Created by [`ik.accounts().url_endpoints().list()`](UrlEndpoints::list).
    ///
    /// `.await` returns a `Vec` of [`UrlEndpoint`](crate::types::UrlEndpoint).
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/list-url-endpoints)
    ListUrlEndpoints {  }
    LIST_URL_ENDPOINTS -> ListUrlEndpointsResponse, repeatable: true,
    send: |_call, client| client.list_url_endpoints().send().await,
}

operation! {
    /// Adds a URL endpoint (beta). The description says what it is for, in 1 to 1000 characters.
    ///
    /// Created by [`ik.accounts().url_endpoints().create(description)`](UrlEndpoints::create).
    ///
    /// `.await` returns the new [`UrlEndpoint`](crate::types::UrlEndpoint).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a description, prefix or list of
    ///   origins outside of its limits.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/create-url-endpoint)
    CreateUrlEndpoint { body: UrlEndpointRequest }
    CREATE_URL_ENDPOINT -> CreateUrlEndpointResponse, repeatable: false,
    check: |call| check(&call.body),
    send: |call, client| client.create_url_endpoint().body(call.body.clone()).send().await,
}

operation! {
    /// Returns one URL endpoint (beta).
    ///
    /// Created by [`ik.accounts().url_endpoints().get(id)`](UrlEndpoints::get).
    ///
    /// `.await` returns [`UrlEndpoint`](crate::types::UrlEndpoint).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no URL endpoint has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/get-url-endpoint)
    GetUrlEndpoint { id: String }
    GET_URL_ENDPOINT -> GetUrlEndpointResponse, repeatable: true,
    check: |call| check_id("id", &call.id),
    send: |call, client| client.get_url_endpoint().id(&call.id).send().await,
}

operation! {
    /// Replaces a URL endpoint (beta). A setting that is not set gets its default: no prefix, no
    /// origins, no rewriting. Delivery URLs change with the prefix.
    ///
    /// Created by [`ik.accounts().url_endpoints().update(id, description)`](UrlEndpoints::update).
    ///
    /// `.await` returns the changed [`UrlEndpoint`](crate::types::UrlEndpoint).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one. Also for a setting outside of its limits.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no URL endpoint has the id.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/update-url-endpoint)
    UpdateUrlEndpoint { id: String, body: UrlEndpointRequest }
    UPDATE_URL_ENDPOINT -> UpdateUrlEndpointResponse, repeatable: true,
    check: |call| check_id("id", &call.id).and_then(|()| check(&call.body)),
    send: |call, client| client.update_url_endpoint().id(&call.id).body(call.body.clone()).send().await,
}

operation! {
    /// Deletes a URL endpoint for good (beta). URLs under it stop working.
    ///
    /// Created by [`ik.accounts().url_endpoints().delete(id)`](UrlEndpoints::delete).
    ///
    /// `.await` returns `()`.
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that ImageKit would not assign,
    ///   such as an empty one.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if no URL endpoint has the id.
    /// - [`BadRequest`](crate::ErrorKind::BadRequest) for the default endpoint of the account.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/url-endpoints/delete-url-endpoint)
    DeleteUrlEndpoint { id: String }
    DELETE_URL_ENDPOINT -> (), repeatable: true,
    already_done: |_error| Some(()),
    check: |call| check_id("id", &call.id),
    send: |call, client| client.delete_url_endpoint().id(&call.id).send().await?.map(|_| ()),
}
