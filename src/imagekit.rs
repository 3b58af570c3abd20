//! The client and its configuration.

#[cfg(feature = "client")]
mod requests;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::client_auth::{AuthenticationBuilder, UploadTokenBuilder};
use crate::env::variable;
use crate::error::Error;
use crate::platform;
use crate::problem::Problem;
use crate::secret::{RedactedUrl, Secret};
use crate::sign::{Signer, missing, required_key, trimmed_key};
use crate::url::{
    Endpoint, FilePath, ImageKitUrl, Preset, Transformation, TransformationPosition, UrlBuilder,
    UrlDefaults, UrlExpiry, UrlOptions, UrlStyle, Verification, verify,
};
use crate::webhook::Verifier;

/// A client of one ImageKit account: its keys, its URL endpoint, and the settings of its URLs and
/// requests.
///
/// It is cheap to clone, and clones share everything. `Debug` and errors show neither the private
/// key nor webhook secrets.
///
/// # Runtimes
///
/// Requests need a tokio runtime. A client in a `static` can be used on several runtimes, such as
/// those of `#[tokio::test]`: it uses each connection only on the runtime that opened it. That
/// doesn't apply to your own `http_client`: on several runtimes, a request may use a connection of
/// a runtime that has ended, and fail or hang.
///
/// Outside of async code, `send_blocking` of the feature `blocking` runs all requests on one
/// runtime.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use imagekitio::url::Crop;
/// use imagekitio::{ImageKit, Overlay, Transformation};
///
/// let ik = ImageKit::builder()
///     .url_endpoint("https://ik.imagekit.io/demo")
///     .private_key("private_key_test")
///     .build()?;
/// let url = ik
///     .url("/default-image.jpg")
///     .transform(Transformation::new().width(400).height(300).crop(Crop::AtMax))
///     .transform(Transformation::new().rotation(90).overlay(Overlay::text("Hello").font_size(20)))
///     .expires_in(Duration::from_secs(300))
///     .build()?;
/// assert!(url.starts_with(
///     "https://ik.imagekit.io/demo/tr:w-400,h-300,c-at_max:rt-90,l-text,i-Hello,fs-20,l-end/default-image.jpg?ik-t="
/// ));
/// # Ok::<(), imagekitio::Error>(())
/// ```
#[derive(Clone)]
pub struct ImageKit(Arc<Inner>);

struct Inner {
    public_key: Option<String>,
    urls: UrlDefaults,
    webhooks: Verifier,
    #[cfg(feature = "client")]
    http: crate::client::Http,
}

impl ImageKit {
    /// Starts the configuration of a client.
    pub fn builder() -> ImageKitBuilder {
        ImageKitBuilder::default()
    }

    /// Makes a client with settings from environment variables:
    ///
    /// | variable | setting |
    /// |---|---|
    /// | `IMAGEKIT_PRIVATE_KEY` | the private key; required |
    /// | `IMAGEKIT_PUBLIC_KEY` | the public key |
    /// | `IMAGEKIT_URL_ENDPOINT` | the URL endpoint |
    /// | `IMAGEKIT_WEBHOOK_SECRET` | the secret that verifies webhook events |
    /// | `IMAGEKIT_BASE_URL` or `IMAGE_KIT_BASE_URL` | one base URL for all requests, such as that of a test server |
    /// | `IMAGEKIT_API_BASE_URL`, `IMAGEKIT_UPLOAD_BASE_URL` | base URLs of the management API and the upload API |
    /// | `IMAGE_KIT_CUSTOM_HEADERS` | headers for all requests, one `Name: value` on each line |
    ///
    /// The names with `IMAGE_KIT_` are those of ImageKit's other SDKs. A variable that is empty or
    /// holds only white space counts as not set. [`ImageKitBuilder::from_env`] reads the same
    /// variables, for changes to other settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the private key is not set, if a
    /// variable is not Unicode, and for what [`ImageKitBuilder::build`] refuses.
    pub fn from_env() -> Result<Self, Error> {
        ImageKitBuilder::from_env()?.build()
    }

    /// Returns the public key, which browsers may see.
    pub fn public_key(&self) -> Option<&str> {
        self.0.public_key.as_deref()
    }

    /// Returns the URL endpoint in normal form, without a slash at its end.
    pub fn url_endpoint(&self) -> Option<&str> {
        self.0.urls.endpoint.as_ref().map(Endpoint::as_str)
    }

    /// Starts the URL of a file by its path under the endpoint.
    ///
    /// ```
    /// use imagekitio::{ImageKit, Transformation};
    ///
    /// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
    /// let url = ik.url("/img/café.jpg").transform(Transformation::new().width(300)).build()?;
    /// assert_eq!(url, "https://ik.imagekit.io/demo/tr:w-300/img/caf%C3%A9.jpg");
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    #[doc(alias = "generate_url")]
    #[inline]
    pub fn url<'a>(&'a self, path: impl Into<FilePath<'a>>) -> UrlBuilder<'a> {
        UrlBuilder::with_defaults(&self.0.urls).path(path)
    }

    /// Starts the URL of a file from its absolute URL.
    ///
    /// ```
    /// use imagekitio::{ImageKit, Transformation};
    ///
    /// let ik = ImageKit::builder().url_endpoint("https://ik.imagekit.io/demo").build()?;
    /// let url = ik
    ///     .src("https://ik.imagekit.io/demo/default-image.jpg?v=1")
    ///     .transform(Transformation::new().width(300).height(200))
    ///     .build()?;
    /// assert_eq!(url, "https://ik.imagekit.io/demo/default-image.jpg?v=1&tr=w-300%2Ch-200");
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    #[inline]
    pub fn src<'a>(&'a self, url: impl Into<Cow<'a, str>>) -> UrlBuilder<'a> {
        UrlBuilder::with_defaults(&self.0.urls).src(url)
    }

    /// Starts the URL that the options describe. The client's settings apply where the options have
    /// none.
    #[inline]
    pub fn url_from<'a>(&'a self, options: &'a UrlOptions) -> UrlBuilder<'a> {
        UrlBuilder::with_defaults(&self.0.urls).options(options)
    }

    /// Parses a URL. A URL under the client's endpoint is split at the endpoint.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if `url` is not an absolute `http` or
    /// `https` URL with a host.
    pub fn parse(&self, url: &str) -> Result<ImageKitUrl, Error> {
        match &self.0.urls.endpoint {
            Some(endpoint) => ImageKitUrl::parse_under(url, endpoint),
            None => ImageKitUrl::parse(url),
        }
    }

    /// Verifies that a URL was signed with the client's private key, and that it has not expired.
    ///
    /// The URL must start with the client's endpoint exactly. Its last query parameters must be the
    /// expiry and the signature, as every ImageKit SDK writes them. The expiry is a decimal number
    /// without leading zeros of at most 9,999,999,999 seconds since 1970. A parameter elsewhere
    /// that a server could read as one of them, such as `ik%2Dt` or `IK-S`, makes the URL
    /// [`Invalid`](Verification::Invalid). The signature is compared in constant time. The clock is
    /// read only for a URL that has an expiry and the right signature.
    ///
    /// ImageKit's signature has two limits that no verifier can remove:
    ///
    /// - It does not cover the endpoint. A signature for the same path under another endpoint of
    ///   the account, with the same key, is valid here as well.
    /// - It covers the path and the expiry as one string without a separator, so digits can move
    ///   between them. An expiry that gains digits has more than ten and is
    ///   [`Invalid`](Verification::Invalid), unless the genuine one had fewer than ten and lay
    ///   before 2001-09-09. An expiry that loses digits lies before 2001-09-09, so the URL is
    ///   [`Expired`](Verification::Expired). ImageKit or another verifier may accept the longer
    ///   expiry. No digit can move into the expiry of a URL that doesn't end in a digit in front of
    ///   `ik-t`.
    ///
    /// ```
    /// use imagekitio::ImageKit;
    /// use imagekitio::url::Verification;
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .private_key("private_key_test")
    ///     .build()?;
    /// let url = ik.url("/a.jpg").signed(true).build()?;
    /// assert_eq!(ik.verify(&url)?, Verification::Valid { expires_at: None });
    /// assert_eq!(ik.verify(&url.replace("a.jpg", "b.jpg"))?, Verification::Invalid);
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the client has no private key or no
    /// endpoint.
    pub fn verify(&self, url: &str) -> Result<Verification, Error> {
        self.verify_with(url, platform::now)
    }

    /// Does the same as [`verify`](Self::verify), with `now` as the current time.
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify).
    pub fn verify_at(&self, url: &str, now: SystemTime) -> Result<Verification, Error> {
        self.verify_with(url, || Ok(now))
    }

    fn verify_with(
        &self,
        url: &str,
        now: impl FnOnce() -> Result<SystemTime, Problem>,
    ) -> Result<Verification, Error> {
        const NEEDS: &str = "verification needs";
        let urls = &self.0.urls;
        let endpoint = urls
            .endpoint
            .as_ref()
            .ok_or_else(|| missing("url_endpoint", NEEDS, "URL endpoint"))?;
        let signer = required_key(urls.signer.as_ref(), NEEDS)?;
        Ok(verify(url, endpoint, signer, now)?)
    }

    /// Starts the parameters that authorize one upload from a browser or an app.
    ///
    /// ```
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder().private_key("private_key_test").build()?;
    /// let parameters = ik.authentication_parameters().build()?;
    /// assert_eq!(parameters.signature.len(), 40);
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    #[doc(alias = "get_authentication_parameters")]
    pub fn authentication_parameters(&self) -> AuthenticationBuilder<'_> {
        AuthenticationBuilder::new(self.0.urls.signer.as_ref())
    }

    /// Starts a token that authorizes one upload from a browser or an app through version 2 of the
    /// upload API, with exactly the fields that are set here.
    ///
    /// ```
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder().private_key("private_key_test").public_key("public_key_test").build()?;
    /// let signed = ik.upload_token("shoe.jpg").folder("/products").tags(["summer", "sale"]).build()?;
    /// assert_eq!(signed.fields["fileName"], "shoe.jpg");
    /// assert_eq!(signed.fields["tags"], "summer,sale");
    /// assert_eq!(signed.token.split('.').count(), 3);
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    #[doc(alias = "jwt")]
    pub fn upload_token(&self, file_name: impl Into<String>) -> UploadTokenBuilder<'_> {
        let signer = self.0.urls.signer.as_ref();
        UploadTokenBuilder::new(signer, self.public_key(), file_name.into())
    }

    /// Returns the verifier of webhook events, with the secrets of
    /// [`webhook_secret`](ImageKitBuilder::webhook_secret).
    ///
    /// Its methods fail with [`VerifyError::Setup`](crate::webhook::VerifyError::Setup) if the
    /// client has no secret.
    ///
    /// ```
    /// use imagekitio::ImageKit;
    /// use imagekitio::webhook::VerifyError;
    ///
    /// let ik = ImageKit::builder().webhook_secret("whsec_dGVzdC1zZWNyZXQ=").build()?;
    /// let headers = [("x-ik-signature", "t=1700000000000,v1=00")];
    /// let refused = ik.webhooks().verify(headers, br#"{"id":"evt_1","type":"file.created"}"#);
    /// assert!(matches!(refused, Err(VerifyError::OutsideTolerance { .. })));
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn webhooks(&self) -> &Verifier {
        &self.0.webhooks
    }

    #[cfg(feature = "client")]
    pub(crate) fn signer(&self) -> Option<&Signer> {
        self.0.urls.signer.as_ref()
    }

    #[cfg(feature = "client")]
    pub(crate) fn http(&self) -> &crate::client::Http {
        &self.0.http
    }

    #[cfg(feature = "client")]
    pub(crate) fn endpoint(&self) -> Option<&Endpoint> {
        self.0.urls.endpoint.as_ref()
    }
}

impl fmt::Debug for ImageKit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ImageKit");
        debug
            .field("public_key", &self.0.public_key)
            .field("urls", &self.0.urls);
        #[cfg(feature = "client")]
        debug.field("http", &self.0.http);
        debug.finish()
    }
}

/// Lets a router whose state is a client extract [verified events](crate::webhook::VerifiedEvent).
#[cfg(feature = "axum")]
impl axum_core::extract::FromRef<ImageKit> for Verifier {
    fn from_ref(ik: &ImageKit) -> Self {
        ik.webhooks().clone()
    }
}

/// Configures an [`ImageKit`].
///
/// The keys and the endpoint are in the [developer
/// section](https://imagekit.io/dashboard/developer/api-keys) of the ImageKit dashboard. Each is
/// optional: a call that needs a missing one fails with an error that names it.
#[derive(Clone, Default)]
#[must_use = "call `build` to get the client"]
pub struct ImageKitBuilder {
    private_key: Option<Secret>,
    public_key: Option<String>,
    url_endpoint: Option<String>,
    webhook_secrets: Vec<Secret>,
    transformation: Vec<Transformation>,
    position: TransformationPosition,
    style: UrlStyle,
    query: Vec<(String, String)>,
    signed: bool,
    url_expires_in: Option<Duration>,
    #[cfg(feature = "client")]
    pub(crate) http: crate::client::Settings,
}

impl ImageKitBuilder {
    /// Starts a configuration with settings from environment variables: see [`ImageKit::from_env`].
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if `IMAGEKIT_PRIVATE_KEY` is not set, a
    /// variable is not Unicode, or a line of `IMAGE_KIT_CUSTOM_HEADERS` has no colon.
    pub fn from_env() -> Result<Self, Error> {
        let Some(private_key) = variable("IMAGEKIT_PRIVATE_KEY")? else {
            return Err(Error::invalid_input(
                "IMAGEKIT_PRIVATE_KEY",
                "is not set; copy the private key from the developer section of the ImageKit dashboard",
            ));
        };
        let mut builder = Self {
            private_key: Some(private_key.into()),
            ..Self::default()
        };
        builder.public_key = variable("IMAGEKIT_PUBLIC_KEY")?;
        builder.url_endpoint = variable("IMAGEKIT_URL_ENDPOINT")?;
        builder
            .webhook_secrets
            .extend(variable("IMAGEKIT_WEBHOOK_SECRET")?.map(Secret::from));
        #[cfg(feature = "client")]
        let builder = builder.read_env()?;
        Ok(builder)
    }

    /// Sets the private key, which signs URLs and upload tokens and authenticates requests. Keep it
    /// on the server.
    ///
    /// White space around the key is dropped, such as the line break at the end of a file. Building
    /// fails if the key contains a control character, a line break or a colon. If it begins with
    /// `private_`, building also fails if it contains white space or characters outside ASCII.
    pub fn private_key(mut self, private_key: impl Into<String>) -> Self {
        self.private_key = Some(Secret::from(private_key.into()));
        self
    }

    /// Sets the public key. White space is treated as in the [private key](Self::private_key).
    pub fn public_key(mut self, public_key: impl Into<String>) -> Self {
        self.public_key = Some(public_key.into());
        self
    }

    /// Sets the URL endpoint: an `http` or `https` URL with a host, without query or fragment.
    ///
    /// White space around it is dropped.
    pub fn url_endpoint(mut self, url_endpoint: impl Into<String>) -> Self {
        self.url_endpoint = Some(url_endpoint.into());
        self
    }

    /// Adds a secret that verifies webhook events: the whole string that ImageKit shows,
    /// including `whsec_`.
    ///
    /// Call it once for each webhook. While a secret is being replaced, call it for the old and the
    /// new one. White space around the secret is dropped. See [`ImageKit::webhooks`].
    pub fn webhook_secret(mut self, secret: impl Into<String>) -> Self {
        self.webhook_secrets.push(Secret::from(secret.into()));
        self
    }

    /// Sets the default position of transformations in URLs: path or query. The default is the
    /// path.
    pub fn transformation_position(mut self, position: TransformationPosition) -> Self {
        self.position = position;
        self
    }

    /// Sets the default style of queries in URLs. The default is [`UrlStyle::Encoded`].
    pub fn url_style(mut self, style: UrlStyle) -> Self {
        self.style = style;
        self
    }

    /// Adds a step to the default transformation, which applies to URLs without a transformation.
    pub fn default_transformation(mut self, step: Transformation) -> Self {
        self.transformation.push(step);
        self
    }

    /// Adds a query parameter to every URL that doesn't set it.
    pub fn default_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets whether URLs are signed by default. They are not unless this is `true`.
    pub fn signed(mut self, signed: bool) -> Self {
        self.signed = signed;
        self
    }

    /// Sets the default lifetime of signed URLs, in whole seconds, at least 1. There is none by
    /// default: signed URLs don't expire.
    ///
    /// It applies to signed URLs for which no expiry is set, and starts when a URL is built.
    /// It doesn't sign URLs: see [`signed`](Self::signed). For one URL,
    /// [`expires_in`](UrlBuilder::expires_in), [`expires_at`](UrlBuilder::expires_at),
    /// [`expires_within`](UrlBuilder::expires_within) and
    /// [`expires_never`](UrlBuilder::expires_never) replace it.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use imagekitio::ImageKit;
    ///
    /// let ik = ImageKit::builder()
    ///     .url_endpoint("https://ik.imagekit.io/demo")
    ///     .private_key("private_key_test")
    ///     .url_expires_in(Duration::from_secs(300))
    ///     .build()?;
    /// let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    /// let url = ik.url("/a.jpg").signed(true).build_at(now)?;
    /// assert!(url.contains("ik-t=1700000300&"));
    /// # Ok::<(), imagekitio::Error>(())
    /// ```
    pub fn url_expires_in(mut self, lifetime: Duration) -> Self {
        self.url_expires_in = Some(lifetime);
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the setter as the
    /// [`argument`](Error::argument):
    ///
    /// - if the URL endpoint or a base URL is not an `http` or `https` URL, or has a query, a
    ///   fragment or white space inside;
    /// - if a key is empty or has a character that a key cannot have;
    /// - if a webhook secret is empty;
    /// - if the default lifetime of URLs is shorter than a second;
    /// - if a value of the default transformation is not valid;
    /// - if a time limit, size limit, rate or header is not valid.
    pub fn build(self) -> Result<ImageKit, Error> {
        let key = |argument, key: Option<&str>| -> Result<Option<String>, Problem> {
            let trimmed = key.map(|key| trimmed_key(argument, key));
            Ok(trimmed.transpose()?.map(str::to_owned))
        };
        let public_key = key("public_key", self.public_key.as_deref())?;
        let private_key = key("private_key", self.private_key.as_ref().map(Secret::as_str))?;
        let preset = match self.transformation.is_empty() {
            true => None,
            false => Some(Preset::new(self.transformation)?),
        };
        Ok(ImageKit(Arc::new(Inner {
            #[cfg(feature = "client")]
            http: self.http.build(private_key.as_deref())?,
            public_key,
            webhooks: Verifier::from_secrets(self.webhook_secrets.iter().map(Secret::as_str))?,
            urls: UrlDefaults {
                endpoint: self
                    .url_endpoint
                    .as_deref()
                    .map(Endpoint::parse)
                    .transpose()?,
                signer: private_key.as_deref().map(Signer::new).transpose()?,
                position: self.position,
                style: self.style,
                signed: self.signed,
                expiry: self.url_expires_in.map(UrlExpiry::by_default).transpose()?,
                preset,
                query: self.query,
            },
        })))
    }
}

impl fmt::Debug for ImageKitBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url_endpoint = self.url_endpoint.as_deref().map(RedactedUrl);
        let mut debug = f.debug_struct("ImageKitBuilder");
        debug
            .field("private_key", &self.private_key)
            .field("public_key", &self.public_key)
            .field("url_endpoint", &url_endpoint)
            .field("webhook_secrets", &self.webhook_secrets)
            .field("transformation", &self.transformation)
            .field("position", &self.position)
            .field("style", &self.style)
            .field("query", &self.query)
            .field("signed", &self.signed)
            .field("url_expires_in", &self.url_expires_in);
        #[cfg(feature = "client")]
        debug.field("http", &self.http);
        debug.finish()
    }
}
