//! An in-process ImageKit server, for tests and for trying [`imagekitio`] without an account.
//!
//! [`Server`] speaks HTTP on a loopback port, and answers every operation of ImageKit's API as
//! ImageKit documents it. It keeps files in memory, or in a [directory](ServerBuilder::directory).
//! One origin serves the API, uploads and delivery.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use imagekitio::{ImageKit, UploadSource};
//! use imagekitio_testing::{Fault, Server};
//!
//! let server = Server::start().await?;
//! let ik = ImageKit::builder()
//!     .private_key(server.private_key())
//!     .url_endpoint(server.url_endpoint())
//!     .base_url(server.url())
//!     .build()?;
//!
//! server.fail_next(Fault::status(503).on("list-and-search-assets"));
//! ik.upload(UploadSource::bytes("a.txt", "hello")).tags(["red"]).await?;
//! let found = ik.assets().list_files().search_query(r#"tags IN ["red"]"#).await?;
//! assert_eq!(found.len(), 1);
//!
//! let statuses: Vec<_> = server.requests().iter().map(|request| request.status()).collect();
//! assert_eq!(statuses, [Some(200), Some(503), Some(200)]);
//! # Ok(())
//! # }
//! ```
//!
//! Programs in other languages can use it as well. The example `server` keeps one running.
//!
//! # Requests
//!
//! Each request is checked against the API document: unknown parameters and properties, wrong types
//! and missing values get 400 and a message that says where. Errors have the bodies that ImageKit
//! documents, with `missingFileIds`, `reason` and `errors`, and partial success is 207. The
//! messages are the server's, not ImageKit's.
//!
//! Every reply carries `x-ik-requestId`; replies under `/v1/` also carry the `X-RateLimit-*`
//! headers. [`Server::limit`] sets rate limits; there are none by default. The API and uploads
//! require HTTP Basic with the private key as user. As on ImageKit, the password is ignored.
//!
//! An upload without an `Authorization` header requires what a browser or an app gets from its own
//! server:
//!
//! - **Version 1** requires the fields `publicKey`, `token`, `expire` and `signature`. The expiry
//!   must be less than an hour ahead.
//! - **Version 2** requires the field `token`, a JSON Web Token with the header
//!   `{"alg":"HS256","typ":"JWT","kid":"<public key>"}`. In its payload, `exp` is at most 3600
//!   seconds after `iat`, and all other members are the other fields except `file`, as strings.
//!
//! A token is valid for one request, even if that request is refused for another reason. Missing,
//! wrong, expired and used credentials get 401, and a payload that differs from the fields gets
//! 400; ImageKit's exact replies aren't known. With an `Authorization` header, all these fields are
//! accepted and have no effect.
//!
//! # Files
//!
//! - An upload takes bytes, base64, a data URI, or the URL of a file on this machine. Its `checks`
//!   are evaluated.
//! - Custom metadata must fit the fields that are defined. New files get the defaults of required
//!   fields.
//! - A file has at most 100 versions. A copied or moved file becomes a version of the file at its
//!   destination.
//! - Jobs on folders and purges are done at once, or after the [time](ServerBuilder::job_time) that
//!   the builder sets. Until then, other jobs on these folders get 423.
//! - Searches support all of ImageKit's search language. `AND` takes precedence over `OR`, a
//!   kilobyte has 1024 bytes, and strings have the escapes of JSON.
//! - Metadata of pictures has size, format, dimensions, density and EXIF. PNG, JPEG, GIF, WebP and
//!   BMP of at most 25 megapixels also have `pHash`, `hasColorProfile` and `hasTransparency`; this
//!   needs the feature `media`, which is on by default. Hashes have the properties of ImageKit's,
//!   not the same bits: pictures that look alike differ in few bits.
//! - MP4 and WebM have `duration`, `bitRate`, `videoCodec` and `audioCodec`, with the same feature.
//!
//! # Delivery
//!
//! Files are delivered below [`Server::url_endpoint`] as they were uploaded: **transformations are
//! parsed, but not applied**. The header `x-ik-test-transformation` has the parsed transformation,
//! with named transformations replaced by their definitions. A transformation that is not
//! well-formed gets 400 and a message that says why. `ik-attachment`, `ik-attachment-filename` and
//! `ik-obj-version` are supported.
//!
//! A URL with a wrong or expired signature gets 401, and so does an unsigned URL of a private file,
//! unless its transformation is a single named one. A file that isn't published gets 404. The
//! signature must be the end of the URL, `ik-t` (if any) before `ik-s`, and covers the URL exactly
//! as sent.
//!
//! # Webhooks
//!
//! Webhooks receive the events of files, versions and folders, signed in both ways that ImageKit
//! knows, if their endpoint is on this machine. Each event is sent once.
//!
//! # What it leaves out
//!
//! - `extensions`, `webhookUrl` and `transformation` of uploads are checked and have no effect,
//!   except that a video with a pre-transformation is answered with 202. `extensionStatus` stays
//!   `pending`.
//! - Generated images, and representations of files such as `/ik-thumbnail.jpg`, get 501.
//! - Metadata of videos and sounds other than MP4 and WebM has only size and format. No picture has
//!   a `quality`.
//! - A bulk deletion succeeds or fails as a whole. Only a [`Fault`] makes it reply with 207.
//! - Usage counts what was delivered since the server started, and has no breakdowns.
//! - Replies have no CORS headers, so a page of another origin can't read them.
//!
//! # Order
//!
//! The server carries requests out one after the other, however many clients there are. The header
//! `x-ik-test-sequence` of a reply and [`Request::sequence`] say in which order.
//!
//! # Limits
//!
//! An operation that is newer than this crate gets 501, and so does a path without an operation.
//! 404 always means that something in the account doesn't exist.
//!
//! As on ImageKit, an account has at most 100 saved extensions, 250 named transformations and 3
//! webhooks, and 1000 purges a month.
//!
//! A request body may have 64 MiB, everything included; a larger one gets 413. A head may have 64
//! KiB. A connection on which nothing arrives for a minute is closed.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod account;
mod assets;
mod auth;
mod cache;
mod client_side;
mod clock;
mod delivery;
mod describe;
mod details;
mod directory;
mod events;
mod fault;
mod fields;
mod film;
mod folders;
mod jobs;
mod keys;
mod limits;
mod media;
mod metadata;
#[cfg(feature = "httpmock")]
pub mod mocks;
mod moves;
mod multipart;
mod page;
mod paths;
mod percent;
#[cfg(feature = "media")]
mod pixels;
mod recorder;
mod remote;
mod reply;
mod routes;
mod search;
mod serve;
mod settings;
mod store;
mod tags;
mod transformation;
mod upload;
mod usage;
mod validate;
mod versions;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use account::Account;
pub use fault::Fault;
pub use limits::EndpointClass;
pub use recorder::Request;
use store::Store;

/// An ImageKit server on a loopback port. The [crate documentation](crate) says what it answers.
///
/// It starts empty, unless it has a [directory](ServerBuilder::directory) with files.
///
/// It runs on the tokio runtime that started it, which needs I/O and time enabled, until it is
/// dropped. Dropping it doesn't wait: requests in progress are completed, new connections are
/// refused as soon as the runtime runs the server's tasks, and files that aren't in a directory are
/// lost.
///
/// Don't pause the clock of that runtime: it would advance while data is on its way, and requests
/// would time out.
pub struct Server {
    account: Arc<Account>,
    /// Never sent to. The tasks of the server stop when it is dropped.
    _alive: watch::Sender<()>,
}

impl Server {
    /// Starts a server with generated keys on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When no port is free, or outside a tokio runtime.
    ///
    /// # Panics
    ///
    /// When the runtime was built without I/O enabled.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns a builder for a server with chosen settings.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// Returns the origin of API, uploads and delivery, such as `http://127.0.0.1:40123`, without a
    /// trailing slash.
    pub fn url(&self) -> &str {
        &self.account.origin
    }

    /// Returns the URL endpoint, below which files are delivered, such as
    /// `http://127.0.0.1:40123/demo`, without a trailing slash.
    pub fn url_endpoint(&self) -> &str {
        &self.account.url_endpoint
    }

    /// Returns the private key. API requests and uploads need it, and it signs URLs and tokens.
    pub fn private_key(&self) -> &str {
        &self.account.private_key
    }

    /// Returns the public key. Uploads without the private key must name it.
    pub fn public_key(&self) -> &str {
        &self.account.public_key
    }

    /// Injects a fault into the next request, or into the next one for the operation that the fault
    /// names. Faults occur in the order in which they are added.
    pub fn fail_next(&self, fault: Fault) {
        self.account.faults.add(fault);
    }

    /// Limits a class of API requests to `requests` in each interval. The first interval starts
    /// with this call. Further requests get 429 until the interval ends. Uploads and delivery have
    /// no limit.
    pub fn limit(&self, class: EndpointClass, requests: u32, interval: Duration) {
        self.account.limits.set(class, requests, interval);
    }

    /// Sets the names of the transformations that the account's settings for uploads refer to. On
    /// ImageKit, this is a setting of the dashboard. Renaming, disabling or deleting such a
    /// transformation gets 409.
    pub fn use_in_upload_settings<T: Into<String>>(&self, names: impl IntoIterator<Item = T>) {
        let names = names.into_iter().map(Into::into).collect();
        *store::lock(&self.account.upload_transformations) = names;
    }

    /// Returns the last requests in the order in which they were answered: 10,000, or fewer if
    /// their bodies have more than 512 MiB together.
    pub fn requests(&self) -> Vec<Request> {
        self.account.recorder.all()
    }
}

/// Shows the address, not the keys.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

/// Builds a [`Server`]. [`Server::builder`] returns one.
#[derive(Clone, Default)]
#[must_use = "nothing runs before `start` is awaited"]
pub struct ServerBuilder {
    private_key: Option<String>,
    public_key: Option<String>,
    directory: Option<PathBuf>,
    job_time: Duration,
    port: u16,
    on_request: Option<OnRequest>,
    page: bool,
}

/// Receives each request once it is answered.
type OnRequest = Arc<dyn Fn(&Request) + Send + Sync>;

impl ServerBuilder {
    /// Sets the private key. The default is a new one for each server, `private_test_<uuid>`.
    pub fn private_key(mut self, key: impl Into<String>) -> Self {
        self.private_key = Some(key.into());
        self
    }

    /// Sets the public key. The default is a new one for each server, `public_test_<uuid>`.
    pub fn public_key(mut self, key: impl Into<String>) -> Self {
        self.public_key = Some(key.into());
        self
    }

    /// Stores the files and settings in this directory as well as in memory. It is created if it is
    /// missing.
    ///
    /// A server that is started with the directory later has the same files, with their ids,
    /// versions and times. Give it the same keys, or earlier signatures and clients won't match.
    /// Used upload tokens are forgotten.
    ///
    /// A process that is killed leaves each file as it was before or after a change, never in
    /// between. A request whose change can't be written gets 500 and changes nothing more. Other
    /// files in the directory stay untouched.
    ///
    /// The directory belongs to one server at a time. Its format may change with any version of
    /// this crate. Reading and writing block the thread.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.directory = Some(path.into());
        self
    }

    /// Sets the port. The default, 0, is a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets a callback that receives each request once it is answered. The reply is sent when the
    /// callback returns.
    pub fn on_request(mut self, callback: impl Fn(&Request) + Send + Sync + 'static) -> Self {
        self.on_request = Some(Arc::new(callback));
        self
    }

    /// Serves a page at `/` that shows the files, the requests, and how transformations are parsed.
    /// The page contains the private key, so it is served under the names `127.0.0.1` and
    /// `localhost` only.
    pub fn page(mut self) -> Self {
        self.page = true;
        self
    }

    /// Sets how long bulk jobs on folders and purges take. The default is zero.
    ///
    /// While a job runs, other jobs on its folders get 423. The time is that of the system clock:
    /// `tokio::time::pause` has no effect on it.
    pub fn job_time(mut self, time: Duration) -> Self {
        self.job_time = time;
        self
    }

    /// Starts the server on 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When the port is taken, when a key is invalid, or outside a tokio runtime. With a directory,
    /// also when it can't be created or read, or when a file in it is damaged; the message has the
    /// path.
    ///
    /// # Panics
    ///
    /// When the runtime was built without I/O enabled.
    pub async fn start(self) -> io::Result<Server> {
        let runtime = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        // Before the directory is opened, which another server on this port may be using.
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        let mut store = self
            .directory
            .map_or_else(|| Ok(Store::default()), Store::open)?;
        let (happened, events) = mpsc::unbounded_channel();
        store.report_to(happened);
        let account = Account::new(
            format!("http://{}", listener.local_addr()?),
            self.private_key
                .unwrap_or_else(|| format!("private_test_{}", Uuid::new_v4())),
            self.public_key
                .unwrap_or_else(|| format!("public_test_{}", Uuid::new_v4())),
            self.job_time,
            self.on_request,
            self.page,
            store,
        )
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let account = Arc::new(account);
        let (alive, watcher) = watch::channel(());
        runtime.spawn(events::send_all(
            Arc::clone(&account),
            events,
            watcher.clone(),
        ));
        runtime.spawn(serve::serve(listener, Arc::clone(&account), watcher));
        Ok(Server {
            account,
            _alive: alive,
        })
    }
}

/// Shows no keys.
impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder").finish_non_exhaustive()
    }
}
