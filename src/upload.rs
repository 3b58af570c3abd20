//! Uploads: a source, the form fields, and what became of them.

mod cancel;
mod check;
mod chunks;
mod form;
mod meter;
mod outcome;
mod send;
mod source;
mod transformation;

pub use cancel::CancelHandle;
pub use check::{Check, CheckField};
pub use meter::Progress;
pub use outcome::UploadOutcome;
pub use source::UploadSource;

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mime_guess::Mime;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::auth::AuthenticationParameters;
use crate::client::{Http, Options, Response, RetryPolicy};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::{self, Operation};
use crate::raw::types::{ExtensionsItem, TransformationObject};
use crate::types::{PostTransformation, ResponseField};
use form::Fields;
use meter::{Meter, OnProgress};

/// The most characters that the tags of a file may have together.
const TAG_LIMIT: usize = 500;

/// Fields that [`UploadRequest::set`] leaves to methods of their own.
const OWN_METHODS: [(&str, &str); 6] = [
    ("file", "UploadSource"),
    ("fileName", "file_name"),
    ("publicKey", "authentication"),
    ("signature", "authentication"),
    ("expire", "authentication"),
    ("token", "authentication or token"),
];

/// An upload that is sent by `.await`. See [`ImageKit::upload`](crate::ImageKit::upload).
///
/// Fields that are not set are not sent: the server's defaults apply.
///
/// # Time
///
/// A file may take as long as it takes. An upload fails with [`Timeout`](ErrorKind::Timeout) when it stands still: when no
/// byte was read or taken for [`stall_timeout`](Self::stall_timeout), or when the reply is not there
/// [`reply_timeout`](Self::reply_timeout) after the last byte. The client's `timeout` and `total_timeout` don't apply.
///
/// # Repetition
///
/// The client's [`RetryPolicy`], or that of [`retry`](Self::retry), says how often and when. By itself it never risks a second
/// copy of the file. An upload is repeated
/// - when there was no connection;
/// - when the connection broke or stood still before the end of the form was handed over to it: without its end, the
///   server can't have read a whole form;
/// - when the server answered 429.
///
/// It is not repeated
/// - when the connection broke, or no reply came, after the end was handed over, and for other statuses (500, 502, 503, 504,
///   408): the file may be stored. [`RetryPolicy::repeat_unsafe`] repeats in these cases, too;
/// - when a byte of a source was taken that can be read once;
/// - when a byte was sent with [`authentication`](Self::authentication) or a [`token`](Self::token), which the server takes
///   once;
/// - when the source failed: when the file is gone, or got another length.
///
/// # Cancellation
///
/// Dropping the future, or a [`CancelHandle`], ends an upload at any moment, together with its connection. A file whose last
/// byte was sent may still be stored: see [`Error::may_have_been_sent`].
#[must_use = "an upload is sent by `.await`"]
pub struct UploadRequest {
    http: Http,
    options: Options,
    operation: &'static Operation,
    source: UploadSource,
    name: String,
    content_type: Option<String>,
    fields: Fields,
    tags: Vec<String>,
    transformation: TransformationObject,
    extensions: Vec<ExtensionsItem>,
    authentication: Option<(AuthenticationParameters, String)>,
    token: Option<String>,
    stall_timeout: Duration,
    reply_timeout: Duration,
    on_progress: Option<OnProgress>,
    cancel: Option<CancelHandle>,
}

impl UploadRequest {
    pub(crate) fn v1(http: Http, source: UploadSource) -> Self {
        Self::new(http, source, &operations::UPLOAD_FILE)
    }

    pub(crate) fn v2(http: Http, source: UploadSource) -> Self {
        Self::new(http, source, &operations::UPLOAD_FILE_V2)
    }

    fn new(http: Http, source: UploadSource, operation: &'static Operation) -> Self {
        Self {
            options: http.options(),
            http,
            operation,
            name: source.file_name().unwrap_or_default(),
            source,
            content_type: None,
            fields: Fields::new(),
            tags: Vec::new(),
            transformation: TransformationObject::new(),
            extensions: Vec::new(),
            authentication: None,
            token: None,
            stall_timeout: Duration::from_secs(60),
            reply_timeout: Duration::from_secs(5 * 60),
            on_progress: None,
            cancel: None,
        }
    }

    /// Name of the file in the media library (`fileName`). Without it, the name of the source. Characters other than letters,
    /// digits, `.` and `-` become `_` on the server.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Content type of the file, such as `image/jpeg`. Without it, the one that belongs to the ending of the name. For sources
    /// that are sent as bytes.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Folder of the media library, such as `/products/shoes`, created when it doesn't exist (`folder`). The server's default
    /// is `/`.
    pub fn folder(self, folder: impl Into<String>) -> Self {
        self.field("folder", folder)
    }

    /// Whether the server adds a random suffix to the name so that nothing is overwritten (`useUniqueFileName`). The server's
    /// default is true.
    pub fn use_unique_file_name(self, unique: bool) -> Self {
        self.flag("useUniqueFileName", unique)
    }

    /// Tags of the file (`tags`), 500 characters in all, without `%` and commas.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Whether the original is delivered through signed URLs only (`isPrivateFile`). The server's default is false.
    pub fn is_private_file(self, private: bool) -> Self {
        self.flag("isPrivateFile", private)
    }

    /// Whether the file is delivered at all (`isPublished`). The server's default is true.
    pub fn is_published(self, published: bool) -> Self {
        self.flag("isPublished", published)
    }

    /// The important area, as `x,y,width,height` in pixels, for the focus `custom` (`customCoordinates`).
    pub fn custom_coordinates(self, coordinates: impl Into<String>) -> Self {
        self.field("customCoordinates", coordinates)
    }

    /// Values of custom metadata fields, by the name of the field (`customMetadata`).
    pub fn custom_metadata(self, values: Map<String, Value>) -> Self {
        self.field("customMetadata", Value::Object(values).to_string())
    }

    /// Further properties that the reply shall contain (`responseFields`), such as `metadata`. Names and
    /// [`ResponseField`]s do.
    pub fn response_fields<T: Into<ResponseField>>(
        mut self,
        fields: impl IntoIterator<Item = T>,
    ) -> Self {
        let fields: Vec<String> = fields
            .into_iter()
            .map(|field| field.into().to_string())
            .collect();
        if fields.is_empty() {
            self.fields.remove("responseFields");
            return self;
        }
        self.field("responseFields", fields.join(","))
    }

    /// Adds an extension that runs on the file (`extensions`). [`webhook_url`](Self::webhook_url) is told of the result of
    /// those that take longer.
    #[doc(alias = "extensions")]
    pub fn extension(mut self, extension: impl Into<ExtensionsItem>) -> Self {
        self.extensions.push(extension.into());
        self
    }

    /// A transformation that the file goes through before it is stored (`transformation`, `pre`): what is stored is the
    /// result. It is a transformation string such as `w-300,h-200`.
    ///
    /// Of a video, the upload then gives [`UploadOutcome::Processing`].
    #[doc(alias = "transformation")]
    pub fn pre_transformation(mut self, transformation: impl Into<String>) -> Self {
        self.transformation.pre = Some(transformation.into());
        self
    }

    /// Adds a variant that is made right after the file is stored, so that the first request for it doesn't wait
    /// (`transformation`, `post`).
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::UploadSource;
    /// use imagekitio::types::{PostTransformation, StreamingProtocol};
    ///
    /// ik.upload(UploadSource::path("film.mp4"))
    ///     .post_transformation(PostTransformation::thumbnail())
    ///     .post_transformation(PostTransformation::adaptive_streaming(StreamingProtocol::Hls, [240, 360, 720]))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "transformation")]
    pub fn post_transformation(mut self, transformation: impl Into<PostTransformation>) -> Self {
        let post = self.transformation.post.get_or_insert_with(Vec::new);
        post.push(transformation.into());
        self
    }

    /// An address that is called with the result of the extensions (`webhookUrl`).
    pub fn webhook_url(self, url: impl Into<String>) -> Self {
        self.field("webhookUrl", url)
    }

    /// Whether a file of the same name is replaced when the name isn't made unique (`overwriteFile`). The server's default is
    /// true.
    pub fn overwrite_file(self, overwrite: bool) -> Self {
        self.flag("overwriteFile", overwrite)
    }

    /// Whether a file that is replaced loses its AI tags (`overwriteAITags`). The server's default is true.
    pub fn overwrite_ai_tags(self, overwrite: bool) -> Self {
        self.flag("overwriteAITags", overwrite)
    }

    /// Whether a file that is replaced loses its tags when the upload has none (`overwriteTags`). The server's default is
    /// true.
    pub fn overwrite_tags(self, overwrite: bool) -> Self {
        self.flag("overwriteTags", overwrite)
    }

    /// Whether a file that is replaced loses its custom metadata when the upload has none (`overwriteCustomMetadata`). The
    /// server's default is true.
    pub fn overwrite_custom_metadata(self, overwrite: bool) -> Self {
        self.flag("overwriteCustomMetadata", overwrite)
    }

    /// A condition that must be met, or else the file is not stored (`checks`): a [`Check`], or its text.
    pub fn checks(self, check: impl Into<Check>) -> Self {
        self.field("checks", check.into().to_string())
    }

    /// Text that describes the file (`description`).
    pub fn description(self, description: impl Into<String>) -> Self {
        self.field("description", description)
    }

    /// A field that has no method here, by the name and in the form in which ImageKit wants it. It takes the place of what a
    /// method said of the same field.
    pub fn set(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.field(name.into(), value)
    }

    /// Uploads with parameters that were made elsewhere, and without the private key (`token`, `expire`, `signature`,
    /// `publicKey`). Only for version 1; the token is good for one upload.
    ///
    /// ```no_run
    /// # async fn run(parameters: imagekitio::AuthenticationParameters) -> Result<(), imagekitio::Error> {
    /// use imagekitio::{ImageKit, UploadSource};
    ///
    /// let ik = ImageKit::builder().build()?; // without a private key
    /// ik.upload(UploadSource::path("shoe.jpg")).authentication(parameters, "public_key").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn authentication(
        mut self,
        parameters: AuthenticationParameters,
        public_key: impl Into<String>,
    ) -> Self {
        self.authentication = Some((parameters, public_key.into()));
        self
    }

    /// Uploads with a JSON Web Token that was made elsewhere, and without the private key (`token`). Only for version 2; the
    /// token is good for one upload, and for exactly the fields that were signed.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Is told how far the upload is, after each piece that the connection takes.
    ///
    /// It is called in the middle of sending, so it should be quick and must not block.
    pub fn on_progress(mut self, told: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Box::new(told));
        self
    }

    /// A handle that ends the upload from elsewhere.
    pub fn cancel_with(mut self, handle: &CancelHandle) -> Self {
        self.cancel = Some(handle.clone());
        self
    }

    /// How long the upload may stand still: the connection takes nothing, or the source gives nothing. The default is 60
    /// seconds.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.stall_timeout = timeout;
        self
    }

    /// How long the reply may take after the file was sent. The server works on the file in this time. The default is 5
    /// minutes.
    pub fn reply_timeout(mut self, timeout: Duration) -> Self {
        self.reply_timeout = timeout;
        self
    }

    /// A header for this request, beside those of the client.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.header(name, value);
        self
    }

    /// How often the upload is repeated, and when, in place of the client's policy. See [above](Self#repetition) for what is
    /// repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry(policy);
        self
    }

    fn field(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    fn flag(self, name: &'static str, value: bool) -> Self {
        self.field(name, if value { "true" } else { "false" })
    }

    async fn send(self) -> Result<Response<UploadOutcome>, Error> {
        let cancel = self.cancel.clone();
        let upload = self.checked()?;
        let Some(cancel) = cancel else {
            return upload.send().await;
        };
        let (meter, operation) = (upload.meter.clone(), upload.operation);
        match cancel.unless_canceled(upload.send()).await {
            Some(result) => result,
            None => {
                let Progress {
                    sent,
                    total,
                    attempt,
                    ..
                } = meter.progress();
                let message = match attempt {
                    0 => "the upload was canceled before it began".to_owned(),
                    _ => format!("the upload was canceled after {sent} of {total} bytes"),
                };
                Err(Error::new(ErrorKind::Canceled, message)
                    .during(operation.id, meter.may_be_carried_out())
                    .after(attempt))
            }
        }
    }

    /// The upload as it is sent, or what is wrong with it.
    fn checked(self) -> Result<send::Upload, Error> {
        self.source.check()?;
        if self.name.is_empty() {
            return Err(Error::invalid_input(
                "file_name",
                "is empty, and the source has no name; give the file a name",
            ));
        }
        let content_type = content_type(self.content_type.as_deref(), &self.source, &self.name)?;
        for (option, timeout) in [
            ("stall_timeout", self.stall_timeout),
            ("reply_timeout", self.reply_timeout),
        ] {
            if timeout.is_zero() {
                return Err(Error::invalid_input(
                    option,
                    "is zero; give the time that the upload may stand still, such as 60 seconds",
                ));
            }
        }
        let mut fields = Fields::new();
        if let Some(tags) = tags(&self.tags)? {
            fields.insert("tags".into(), tags);
        }
        if self.transformation != TransformationObject::new() {
            fields.insert(
                "transformation".into(),
                json("transformation", &self.transformation)?,
            );
        }
        if !self.extensions.is_empty() {
            fields.insert("extensions".into(), json("extensions", &self.extensions)?);
        }
        fields.extend(self.fields);
        if fields.contains_key("") {
            return Err(Error::invalid_input(
                "set",
                "the name of the field is empty",
            ));
        }
        if let Some((name, method)) = OWN_METHODS
            .iter()
            .find(|(name, _)| fields.contains_key(*name))
        {
            return Err(Error::invalid_input(
                "set",
                format!("`{name}` is set by {method}"),
            ));
        }
        fields.insert("fileName".into(), self.name.clone());
        let is_single_use = self.authentication.is_some() || self.token.is_some();
        fields.extend(credentials(
            self.operation,
            self.authentication,
            self.token,
        )?);
        Ok(send::Upload {
            transport: self
                .http
                .transport_for(self.operation, &self.options, !is_single_use)?,
            http: self.http,
            options: self.options,
            operation: self.operation,
            source: self.source,
            fields,
            name: self.name,
            content_type,
            is_single_use,
            meter: Arc::new(Meter::new(
                self.stall_timeout,
                self.reply_timeout,
                self.on_progress,
            )),
        })
    }
}

impl IntoFuture for UploadRequest {
    type Output = Result<Response<UploadOutcome>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Shows what is uploaded where, without tokens and signatures.
impl fmt::Debug for UploadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadRequest")
            .field("operation", &self.operation.id)
            .field("source", &self.source)
            .field("file_name", &self.name)
            .field("fields", &self.fields)
            .field("tags", &self.tags)
            .finish_non_exhaustive()
    }
}

/// The fields that take the place of the private key, if there are any.
fn credentials(
    operation: &Operation,
    authentication: Option<(AuthenticationParameters, String)>,
    token: Option<String>,
) -> Result<Fields, Error> {
    let is_v2 = operation == &operations::UPLOAD_FILE_V2;
    let mut fields = Fields::new();
    if let Some((parameters, public_key)) = authentication {
        if is_v2 {
            return Err(Error::invalid_input(
                "authentication",
                "a signature goes with version 1 of the upload API; use ImageKit::upload, or give a JSON Web Token to `token`",
            ));
        }
        for (option, value) in [
            ("public_key", &public_key),
            ("token", &parameters.token),
            ("signature", &parameters.signature),
        ] {
            if value.is_empty() {
                return Err(Error::invalid_input(
                    option,
                    "is empty; give `authentication` the parameters and the public key as your server made them",
                ));
            }
        }
        fields.insert("publicKey".into(), public_key);
        fields.insert("token".into(), parameters.token);
        fields.insert("expire".into(), parameters.expire.to_string());
        fields.insert("signature".into(), parameters.signature);
    }
    if let Some(token) = token {
        if !is_v2 {
            return Err(Error::invalid_input(
                "token",
                "a JSON Web Token goes with version 2 of the upload API; use ImageKit::upload_v2, or give a signature to `authentication`",
            ));
        }
        if token.is_empty() {
            return Err(Error::invalid_input(
                "token",
                "is empty; give the JSON Web Token as your server made it",
            ));
        }
        fields.insert("token".into(), token);
    }
    Ok(fields)
}

/// The content type of the part; none for sources that are sent as text.
fn content_type(
    given: Option<&str>,
    source: &UploadSource,
    name: &str,
) -> Result<Option<Mime>, Error> {
    match given {
        Some(_) if !source.is_file() => Err(Error::invalid_input(
            "content_type",
            "a URL or base64 is sent as text, which has no content type; leave it out",
        )),
        Some(given) => given.parse().map(Some).map_err(|_| {
            let message = format!("`{given}` is no content type; give one such as image/jpeg");
            Error::invalid_input("content_type", message)
        }),
        None if source.is_file() => Ok(Some(mime_guess::from_path(name).first_or_octet_stream())),
        None => Ok(None),
    }
}

/// The tags as they are sent; none for no tags.
fn tags(tags: &[String]) -> Result<Option<String>, Error> {
    let refuse = |message| Err(Error::invalid_input("tags", message));
    for tag in tags {
        if tag.is_empty() {
            return refuse("a tag is empty; leave it out".to_owned());
        }
        if let Some(bad) = tag.chars().find(|c| matches!(c, '%' | ',')) {
            return refuse(format!(
                "`{tag}` contains `{bad}`, which no tag can; leave it out"
            ));
        }
    }
    let length: usize = tags.iter().map(|tag| tag.chars().count()).sum();
    if length > TAG_LIMIT {
        return refuse(format!(
            "they have {length} characters in all; ImageKit takes {TAG_LIMIT}"
        ));
    }
    Ok((!tags.is_empty()).then(|| tags.join(",")))
}

fn json(option: &'static str, value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| {
        Error::invalid_input(option, "cannot be written as JSON").with_source(error)
    })
}
