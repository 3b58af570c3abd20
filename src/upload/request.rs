use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use mime_guess::Mime;
use sha2::{Digest, Sha256};

use super::cancel::CancelHandle;
use super::events::UploadEvents;
use super::monitor::{OnProgress, Progress, UploadMonitor};
use super::outcome::UploadOutcome;
use super::send;
use super::source::UploadSource;
use crate::client::{Http, Options, Response, RetryPolicy, check_runtime};
use crate::client_auth::fields::{Encoded, Fields, field_setters};
use crate::client_auth::{AuthenticationParameters, UploadToken, token};
use crate::error::{Error, ErrorKind};
use crate::raw::operations::{self, Operation};
use crate::secret::Secret;

/// An upload, which `.await` sends. [`ImageKit::upload`](crate::ImageKit::upload) returns it.
///
/// Fields that are not set are not sent: the server's defaults apply. See the
/// [API reference](https://imagekit.io/docs/api-reference/upload-file/upload-file) for the fields.
///
/// # Time limits
///
/// The client's `timeout` and `total_timeout` don't apply, because the time of an upload depends on
/// the size of the file. An upload fails with [`Timeout`](ErrorKind::Timeout) if
///
/// - no byte is read or accepted for [`stall_timeout`](Self::stall_timeout),
/// - the response isn't complete [`reply_timeout`](Self::reply_timeout) after the last byte, or
/// - all attempts together take longer than [`total_timeout`](Self::total_timeout), if it is set.
///
/// A server may refuse an upload before it receives the file. A file of more than 256 KiB is
/// therefore sent 1 millisecond after the other fields. After an attempt whose connection broke,
/// any file is sent up to 1 second after them.
///
/// # Retries
///
/// The client's [`RetryPolicy`], or that of [`retry`](Self::retry), sets the number and the delay
/// of retries. By default, no retry can store the file twice. An upload is retried
///
/// - if no connection was made;
/// - if the connection broke or stalled before it accepted the end of the form, without which the
///   server can't read a complete form;
/// - if the server answered 429, within [`RetryPolicy::rate_limit_budget`].
///
/// It is not retried
///
/// - if the connection broke, or no response came, after the end of the form was sent, and for the
///   statuses 408, 500, 502, 503 and 504. The server may have stored the file.
///   [`RetryPolicy::repeat_unsafe`] retries in these cases as well;
/// - if the source can be read once, and the connection accepted a byte;
/// - if the upload has [`authentication`](Self::authentication), a [`token`](Self::token) or
///   [`signed`](Self::signed) fields, which the server accepts once, and the connection accepted a
///   byte;
/// - if the source fails, such as a file that is deleted or whose length changes.
///
/// # Cancellation
///
/// Dropping the future, or a [`CancelHandle`], cancels the upload and closes its connection. The
/// server may still store a file whose last byte was sent: see [`Error::may_have_been_sent`].
#[must_use = "an upload is sent by `.await`"]
pub struct UploadRequest {
    http: Http,
    options: Options,
    operation: &'static Operation,
    source: UploadSource,
    /// Replaces the name of the source.
    name: Option<String>,
    content_type: Option<String>,
    pub(super) fields: Fields,
    authentication: Option<(AuthenticationParameters, String)>,
    token: Option<Secret>,
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
            options: http.options_for_uploads(),
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

    /// Sets the name of the file in the media library (`fileName`). The default is the name of the
    /// source.
    ///
    /// The server replaces characters other than letters, digits, `.` and `-` by `_`.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the content type of the file, such as `image/jpeg`. The default follows from the
    /// extension of the name.
    ///
    /// A URL, base64 and a data URI are sent as strings, which have no content type.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    field_setters!();

    /// Authenticates with parameters from a server, without the private key (`token`, `expire`,
    /// `signature`, `publicKey`).
    ///
    /// Only for version 1 of the upload API. The server accepts the parameters once.
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

    /// Authenticates with a JSON Web Token from a server, without the private key (`token`).
    ///
    /// Only for version 2 of the upload API. The server accepts the token once, and only with the
    /// fields that it signs. A field that it doesn't sign, or signs with another value, is refused
    /// before any request.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Secret::from(token.into()));
        self
    }

    /// Authenticates with a token from a server, without the private key, and sends the fields that
    /// the token signs.
    ///
    /// Only for version 2 of the upload API. The server accepts the token once. No fields can be
    /// added.
    ///
    /// ```no_run
    /// # async fn run(json: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// use imagekitio::client_auth::UploadToken;
    /// use imagekitio::{ImageKit, UploadSource};
    ///
    /// let signed: UploadToken = serde_json::from_str(json)?; // from your server
    /// let ik = ImageKit::builder().build()?; // without a private key
    /// ik.upload_v2(UploadSource::path("shoe.jpg")).signed(signed).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn signed(mut self, signed: UploadToken) -> Self {
        self.signed = Some(signed);
        self
    }

    /// Adds a callback that receives upload progress each time the connection accepts bytes.
    /// [`events`](Self::events) returns the same as a stream.
    ///
    /// The callback runs in the task that sends, so it must not block. If it panics, the upload
    /// fails with [`Canceled`](ErrorKind::Canceled).
    pub fn on_progress(mut self, callback: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress.push(Box::new(callback));
        self
    }

    /// Turns the upload into a stream of its progress, which ends with the response or the error.
    pub fn events(self) -> UploadEvents {
        UploadEvents::new(self)
    }

    /// Sets a handle that cancels the upload.
    pub fn cancel_with(mut self, handle: &CancelHandle) -> Self {
        self.cancel = Some(handle.clone());
        self
    }

    /// Sets the longest time without progress: the connection accepts no byte, or the source
    /// returns none. The default is 60 seconds. 0 is refused.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.stall_timeout = timeout;
        self
    }

    /// Sets the longest time from the last byte of the request to the complete response, in which
    /// the server processes the file. The default is 5 minutes. 0 is refused.
    pub fn reply_timeout(mut self, timeout: Duration) -> Self {
        self.reply_timeout = timeout;
        self
    }

    /// Limits the time of all attempts together, with the waits between them and the time to read
    /// the source. The default is no limit. 0 is refused.
    ///
    /// Set it where an upload must end in time, such as in a request handler. An upload that takes
    /// longer fails with [`Timeout`](ErrorKind::Timeout).
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.options.total_timeout(timeout);
        self
    }

    /// Sets a header of this request. It replaces the client's header of this name.
    ///
    /// See [`ImageKitBuilder::header`](crate::ImageKitBuilder::header) for headers that are
    /// refused.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.header(name, value);
        self
    }

    /// Adds a parameter to the query string, percent-encoded, for one that this crate doesn't know
    /// yet. For form fields there is [`set`](Self::set).
    ///
    /// Errors and `Debug` don't show the value.
    pub fn extra_query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.options.extra_query(name, value);
        self
    }

    /// Sets the retry policy, in place of the client's. See [above](Self#retries) for the failures
    /// that are retried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry(policy);
        self
    }

    /// Sends the upload on the current thread; feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of [`ImageKit::upload`](crate::ImageKit::upload), and
    /// [`InvalidInput`](ErrorKind::InvalidInput) inside an async task, whose thread must not be
    /// blocked.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Response<UploadOutcome>, Error> {
        crate::client::send_blocking(self)
    }

    /// Sets a destination without a random suffix, so that another upload replaces the file there.
    pub(super) fn in_place(self, folder: &str, name: &str) -> Result<Self, Error> {
        if self.fields.get("useUniqueFileName") == Some("true") {
            return Err(Error::invalid_input(
                "use_unique_file_name",
                "must be false for files of a folder, whose names another run has to find; leave it out, or \
                 use ImageKit::upload_many",
            ));
        }
        Ok(self
            .folder(folder)
            .file_name(name)
            .use_unique_file_name(false))
    }

    /// Returns a hash of the form fields except the file and the credentials.
    pub(super) fn fields_hash(&self) -> Result<String, Error> {
        let name = self.name.as_deref().unwrap_or_default();
        let mut hash = Sha256::new();
        for (name, value) in self.fields.encoded(name)? {
            for part in [name.as_ref(), value.as_str()] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
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
        let (monitor, operation) = (upload.monitor.clone(), upload.operation);
        match cancel.unless_canceled(upload.send()).await {
            Some(result) => result,
            None => {
                monitor.give_up();
                let Progress {
                    sent,
                    total,
                    attempt,
                } = monitor.progress();
                let message = match attempt {
                    0 => "the upload was canceled before it started".to_owned(),
                    _ => format!("the upload was canceled after {sent} of {total} bytes"),
                };
                Err(Error::new(ErrorKind::Canceled, message)
                    .during(operation.id, monitor.may_be_carried_out())
                    .after(attempt))
            }
        }
    }

    /// Checks the arguments.
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
                "is missing, and the source has no name; give the name of the file",
            ));
        }
        let content_type = content_type(self.content_type.as_deref(), &self.source, &name)?;
        let total = self.options.total_limit();
        for (argument, timeout) in [
            ("stall_timeout", Some(self.stall_timeout)),
            ("reply_timeout", Some(self.reply_timeout)),
            ("total_timeout", total.map(|(_, total)| total)),
        ] {
            if timeout.is_some_and(|timeout| timeout.is_zero()) {
                return Err(Error::invalid_input(
                    argument,
                    "is 0; give a time, such as 60 seconds",
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
        let secrets = ["token", "signature"]
            .into_iter()
            .filter_map(|name| credentials.get(name).cloned())
            .chain(self.source.secrets());
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
            monitor: Arc::new(UploadMonitor::new(
                self.stall_timeout,
                self.reply_timeout,
                total,
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

impl fmt::Debug for UploadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadRequest")
            .field("operation", &self.operation.id)
            .field("source", &self.source)
            .field("file_name", &self.name)
            .field("fields", &self.fields)
            .field("authentication", &self.authentication)
            .field("token", &self.token)
            .field("signed", &self.signed)
            .field("options", &self.options)
            .field("stall_timeout", &self.stall_timeout)
            .field("reply_timeout", &self.reply_timeout)
            .finish_non_exhaustive()
    }
}

/// Returns the form fields that replace the private key, and adds fields that a token signs to
/// `fields`.
fn credentials(
    operation: &Operation,
    authentication: Option<(AuthenticationParameters, String)>,
    token: Option<Secret>,
    signed: Option<UploadToken>,
    fields: &mut Encoded,
) -> Result<Encoded, Error> {
    let refuse = |argument, message| Err(Error::invalid_input(argument, message));
    let is_v2 = operation == &operations::UPLOAD_FILE_V2;
    let mut credentials = Encoded::new();
    if let Some((parameters, public_key)) = authentication {
        if is_v2 {
            return refuse(
                "authentication",
                "a signature is only valid for version 1 of the upload API; use ImageKit::upload, or give a \
                 JSON Web Token to `token`",
            );
        }
        for (argument, value) in [
            ("public_key", &public_key),
            ("token", &parameters.token),
            ("signature", &parameters.signature),
        ] {
            if value.is_empty() {
                return refuse(
                    argument,
                    "is empty; give the parameters and the public key from your server",
                );
            }
        }
        credentials.insert("publicKey".into(), public_key);
        credentials.insert("token".into(), parameters.token);
        credentials.insert("expire".into(), parameters.expire.to_string());
        credentials.insert("signature".into(), parameters.signature);
    }
    let (argument, token) = match (token, signed) {
        (None, None) => return Ok(credentials),
        (Some(_), Some(_)) => {
            return refuse("token", "`signed` also has a token; leave one of them out");
        }
        (Some(token), None) => ("token", token.into_string()),
        (None, Some(signed)) => {
            for (name, value) in &signed.fields {
                fields
                    .entry(name.clone().into())
                    .or_insert_with(|| value.clone());
            }
            let claims = signed
                .fields
                .into_iter()
                .map(|(name, value)| (name, value.into()));
            token::check_signed("signed", &claims.collect(), fields)?;
            ("signed", signed.token)
        }
    };
    if !is_v2 {
        return refuse(
            argument,
            "a JSON Web Token is only valid for version 2 of the upload API; use ImageKit::upload_v2, or \
             give a signature to `authentication`",
        );
    }
    if token.is_empty() {
        return refuse(
            argument,
            "is empty; give the JSON Web Token from your server",
        );
    }
    // The server refuses a token that can't be decoded.
    if let Some(claims) = token::claims(&token) {
        token::check_signed(argument, &claims, fields)?;
    }
    credentials.insert("token".into(), token);
    Ok(credentials)
}

/// Returns the content type of the file. `None` for a source that is sent as a string.
fn content_type(
    given: Option<&str>,
    source: &UploadSource,
    name: &str,
) -> Result<Option<Mime>, Error> {
    match given {
        Some(_) if !source.is_file() => Err(Error::invalid_input(
            "content_type",
            "a URL, base64 and a data URI are sent as strings, which have no content type; leave it out",
        )),
        Some(given) => given.parse().map(Some).map_err(|_| {
            let message = format!(
                "`{}` is not a valid content type; give one such as image/jpeg",
                given.escape_debug()
            );
            Error::invalid_input("content_type", message)
        }),
        None if source.is_file() => Ok(Some(mime_guess::from_path(name).first_or_octet_stream())),
        None => Ok(None),
    }
}
