//! The account: usage, origins, URL endpoints and webhooks. Start with
//! [`ImageKit::accounts`](crate::ImageKit::accounts).

mod origins;
mod url_endpoints;
mod usage;
mod webhooks;

pub use origins::{CreateOrigin, DeleteOrigin, GetOrigin, ListOrigins, Origins, UpdateOrigin};
pub use url_endpoints::{
    CreateUrlEndpoint, DeleteUrlEndpoint, GetUrlEndpoint, ListUrlEndpoints, UpdateUrlEndpoint,
    UrlEndpoints,
};
pub use usage::{Date, GetUsage, GetUsageAnalytics};
pub use webhooks::{
    CreateWebhook, DeleteWebhook, GetWebhook, ListWebhooks, UpdateWebhook, Webhooks,
};

use crate::client::Http;

/// The account: usage, origins, URL endpoints and webhooks.
///
/// [`ImageKit::accounts`](crate::ImageKit::accounts) returns it.
#[derive(Clone, Debug)]
pub struct Accounts {
    http: Http,
}

impl Accounts {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// Returns what the account used from `start` to the day before `end`: bandwidth and storage in
    /// bytes, and processing units.
    ///
    /// `end` is 1 to 89 days after `start`. The figures may be up to 6 hours old. For an agency,
    /// they include the accounts that are billed to it.
    ///
    /// `.await` returns [`Usage`](crate::types::Usage).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a day that does not exist, and for a
    ///   range that is empty or too long.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference/account-management-api/get-usage)
    pub fn usage(&self, start: impl Into<Date>, end: impl Into<Date>) -> GetUsage {
        let (start, end) = (start.into(), end.into());
        GetUsage::new(&self.http, start, end)
    }

    /// Returns statistics of delivery from `start` to `end` (beta): requests and bandwidth by
    /// country, browser, format and more, cache results, errors, and what was requested most.
    ///
    /// Days are in UTC, and both are part of the range. `end` is at most 89 days after `start`. The
    /// figures may be up to 5 minutes old, and are those of this account alone.
    ///
    /// `.await` returns [`UsageAnalytics`](crate::types::UsageAnalytics).
    ///
    /// # Errors
    ///
    /// - [`InvalidInput`](crate::ErrorKind::InvalidInput) for a day that does not exist, and for a
    ///   range that is empty or too long.
    ///
    /// [API reference](https://imagekit.io/docs/api-reference)
    pub fn usage_analytics(
        &self,
        start: impl Into<Date>,
        end: impl Into<Date>,
    ) -> GetUsageAnalytics {
        let (start, end) = (start.into(), end.into());
        GetUsageAnalytics::new(&self.http, start, end)
    }

    /// Returns the origins: the storages and web servers from which ImageKit fetches originals.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::types::{Origin, WebFolderOrigin, required};
    ///
    /// let origins = ik.accounts().origins();
    /// let origin = WebFolderOrigin::new(required::WebFolderOrigin {
    ///     name: "Shop".to_owned(),
    ///     base_url: "https://shop.example.com/images".to_owned(),
    /// });
    /// if let Origin::WebFolder(shop) = origins.create(origin).await?.into_inner() {
    ///     ik.accounts().url_endpoints().create("Pictures of the shop").origins([shop.id]).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn origins(&self) -> Origins {
        Origins::new(self.http.clone())
    }

    /// Returns the URL endpoints: the base URLs under which files are delivered, each with its
    /// origins.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// for endpoint in ik.accounts().url_endpoints().list().await?.iter() {
    ///     println!("/{} delivers from {:?}", endpoint.url_prefix, endpoint.origins);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn url_endpoints(&self) -> UrlEndpoints {
        UrlEndpoints::new(self.http.clone())
    }

    /// Returns the webhooks: the URLs of yours to which ImageKit sends events. To verify events,
    /// use the module [`webhook`](crate::webhook) with the secret of the response.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::types::WebhookEventType;
    ///
    /// let events = [WebhookEventType::FileCreated, WebhookEventType::FileDeleted];
    /// let webhook = ik.accounts().webhooks().create("https://example.com/imagekit", events).await?;
    /// store(&webhook.secret);
    /// # Ok(())
    /// # }
    /// # fn store(_secret: &str) {}
    /// ```
    pub fn webhooks(&self) -> Webhooks {
        Webhooks::new(self.http.clone())
    }
}
