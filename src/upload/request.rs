use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mime_guess::Mime;
use sha2::{Digest, Sha256};

use super::cancel::CancelHandle;
use super::events::UploadEvents;
use super::monitor::{Meter, OnProgress, Progress};
use super::outcome::UploadOutcome;
use super::send;
use super::source::UploadSource;
use crate::client::{Http, Options, Response, RetryPolicy, check_runtime};
use crate::client_auth::fields::{Encoded, Fields, field_setters};
use crate::client_auth::{AuthenticationParameters, UploadToken, token};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::{self, Operation};

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
/// A server may refuse an upload before it took the file. So a file of more than 256 KiB is sent one millisecond after the
/// other fields, and after an attempt whose connection broke, any file one second after them.
///
/// # Repetition
///
/// The client's [`RetryPolicy`], or that of [`retry`](Self::retry), says how often and when. By itself it never risks a second
/// copy of the file. An upload is repeated
/// - when there was no connection;
/// - when the connection broke or stood still before the end of the form was handed over to it: without its end, the
///   server can't have read a whole form;
/// - when the server answered 429, within [`RetryPolicy::rate_limit_budget`].
///
/// It is not repeated
/// - when the connection broke, or no reply came, after the end was handed over, and for other statuses (500, 502, 503, 504,
///   408): the file may be stored. [`RetryPolicy::repeat_unsafe`] repeats in these cases, too;
/// - when a byte of a source was taken that can be read once;
/// - when a byte was sent with [`authentication`](Self::authentication), a [`token`](Self::token) or fields that are
///   [`signed`](Self::signed), which the server takes once;
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
    /// In place of the name of the source.
    name: Option<String>,
    content_type: Option<String>,
    fields: Fields,
    authentication: Option<(AuthenticationParameters, String)>,
    token: Option<String>,
    signed: Option<UploadToken>,
    stall_timeout: Duration,
    reply_timeout: Duration,
    on_progress: Vec<OnProgress>,
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
            source,
            name: None,
            content_type: None,
            fields: Fields::default(),
            authentication: None,
            token: None,
            signed: None,
            stall_timeout: Duration::from_secs(60),
            reply_timeout: Duration::from_secs(5 * 60),
            on_progress: Vec::new(),
            cancel: None,
        }
    }

    /// Name of the file in the media library (`fileName`). Without it, the name of the source. Characters other than letters,
    /// digits, `.` and `-` become `_` on the server.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Content type of the file, such as `image/jpeg`. Without it, the one that belongs to the ending of the name. For sources
    /// that are sent as bytes.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    field_setters!();

    /// Uploads with parameters that were made elsewhere, and without the private key (`token`, `expire`, `signature`,
    /// `publicKey`). Only for version 1; the token is good for one upload.
    ///
    /// ```no_run
    /// # async fn run(parameters: imagekitio::client_auth::AuthenticationParameters) -> Result<(), imagekitio::Error> {
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
    /// token is good for one upload, and for exactly the fields that were signed: a field that isn't among them, or has
    /// another value there, is refused before anything is sent.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Uploads with a token and the fields that it covers, and without the private key. Only for version 2; the token is good
    /// for one upload. Nothing can be added to its fields: they are what was signed.
    ///
    /// ```no_run
    /// # async fn run(reply: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// use imagekitio::client_auth::UploadToken;
    /// use imagekitio::{ImageKit, UploadSource};
    ///
    /// let signed: UploadToken = serde_json::from_str(reply)?; // as your server made it
    /// let ik = ImageKit::builder().build()?; // without a private key
    /// ik.upload_v2(UploadSource::path("shoe.jpg")).signed(signed).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn signed(mut self, signed: UploadToken) -> Self {
        self.signed = Some(signed);
        self
    }

    /// Is told how far the upload is, after each piece that the connection takes. [`events`](Self::events) gives the same as
    /// a stream.
    ///
    /// It is called in the middle of sending, so it should be quick and must not block. If there are several, each is told. If
    /// it panics, the upload fails with [`Canceled`](ErrorKind::Canceled).
    pub fn on_progress(mut self, told: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress.push(Box::new(told));
        self
    }

    /// The upload as a stream that tells how far it is and ends with the reply, or with the error. See [`UploadEvents`].
    pub fn events(self) -> UploadEvents {
        UploadEvents::new(self)
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

    /// A header for this request. It replaces the client's header of that name. See
    /// [`ImageKitBuilder::header`](crate::ImageKitBuilder::header) for those that are refused.
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

    /// The same upload to a place that it keeps: sent again, the file takes the place of the one there.
    pub(super) fn in_place(self, folder: &str, name: &str) -> Result<Self, Error> {
        if self.fields.get("useUniqueFileName") == Some("true") {
            return Err(Error::invalid_input(
                "use_unique_file_name",
                "files of a folder keep their names, so that another run finds them; upload them by ImageKit::upload_many for \
                 names of their own",
            ));
        }
        Ok(self
            .folder(folder)
            .file_name(name)
            .use_unique_file_name(false))
    }

    /// A hash of all that is sent beside the content of the file, and what takes the place of the private key.
    pub(super) fn fields_hash(&self) -> Result<String, Error> {
        let name = self.name.as_deref().unwrap_or_default();
        let mut hash = Sha256::new();
        for (name, value) in self.fields.clone().encoded(name)? {
            for text in [name.as_ref(), value.as_str()] {
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text);
            }
        }
        hash.update(self.content_type.as_deref().unwrap_or_default());
        Ok(const_hex::encode(hash.finalize()))
    }

    async fn send(self) -> Result<Response<UploadOutcome>, Error> {
        check_runtime(self.operation)?;
        let cancel = self.cancel.clone();
        let upload = self.checked()?;
        let Some(cancel) = cancel else {
            return upload.send().await;
        };
        let (meter, operation) = (upload.meter.clone(), upload.operation);
        match cancel.unless_canceled(upload.send()).await {
            Some(result) => result,
            None => {
                meter.give_up();
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
        let signed = self.signed.as_ref();
        let name = self
            .name
            .or_else(|| signed?.fields.get("fileName").cloned())
            .or_else(|| self.source.file_name())
            .unwrap_or_default();
        if name.is_empty() {
            return Err(Error::invalid_input(
                "file_name",
                "is empty, and the source has no name; give the file a name",
            ));
        }
        let content_type = content_type(self.content_type.as_deref(), &self.source, &name)?;
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
        let mut fields = self.fields.encoded(&name)?;
        let credentials = credentials(
            self.operation,
            self.authentication,
            self.token,
            self.signed,
            &mut fields,
        )?;
        let is_single_use = !credentials.is_empty();
        let secrets: Vec<&str> = ["token", "signature"]
            .iter()
            .filter_map(|name| credentials.get(*name).map(String::as_str))
            .chain(self.source.secrets())
            .collect();
        let transport = self
            .http
            .transport_for(self.operation, &self.options, !is_single_use)?
            .with_secrets(secrets);
        fields.extend(credentials);
        Ok(send::Upload {
            transport,
            http: self.http,
            options: self.options,
            operation: self.operation,
            source: self.source,
            fields,
            name,
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
            .finish_non_exhaustive()
    }
}

/// The fields that take the place of the private key, if there are any. Those that a token covers join the others.
fn credentials(
    operation: &Operation,
    authentication: Option<(AuthenticationParameters, String)>,
    token: Option<String>,
    signed: Option<UploadToken>,
    fields: &mut Encoded,
) -> Result<Encoded, Error> {
    let refuse = |option, message| Err(Error::invalid_input(option, message));
    let is_v2 = operation == &operations::UPLOAD_FILE_V2;
    let mut credentials = Encoded::new();
    if let Some((parameters, public_key)) = authentication {
        if is_v2 {
            return refuse(
                "authentication",
                "a signature goes with version 1 of the upload API; use ImageKit::upload, or give a JSON Web Token to `token`",
            );
        }
        for (option, value) in [
            ("public_key", &public_key),
            ("token", &parameters.token),
            ("signature", &parameters.signature),
        ] {
            if value.is_empty() {
                return refuse(
                    option,
                    "is empty; give `authentication` the parameters and the public key as your server made them",
                );
            }
        }
        credentials.insert("publicKey".into(), public_key);
        credentials.insert("token".into(), parameters.token);
        credentials.insert("expire".into(), parameters.expire.to_string());
        credentials.insert("signature".into(), parameters.signature);
    }
    let (option, token) = match (token, signed) {
        (None, None) => return Ok(credentials),
        (Some(_), Some(_)) => {
            return refuse(
                "token",
                "`signed` has a token already; leave one of them out",
            );
        }
        (Some(token), None) => ("token", token),
        (None, Some(signed)) => {
            for (name, value) in &signed.fields {
                fields
                    .entry(name.clone().into())
                    .or_insert_with(|| value.clone());
            }
            let covered = signed
                .fields
                .into_iter()
                .map(|(name, value)| (name, value.into()));
            token::check("signed", &covered.collect(), fields)?;
            ("signed", signed.token)
        }
    };
    if !is_v2 {
        return refuse(
            option,
            "a JSON Web Token goes with version 2 of the upload API; use ImageKit::upload_v2, or give a signature to `authentication`",
        );
    }
    if token.is_empty() {
        return refuse(
            option,
            "is empty; give the JSON Web Token as your server made it",
        );
    }
    // A token that can't be read is for the server to judge.
    if let Some(payload) = token::payload(&token) {
        token::check(option, &payload, fields)?;
    }
    credentials.insert("token".into(), token);
    Ok(credentials)
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
