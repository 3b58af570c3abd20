//! An ImageKit in this process, for tests and for trying the crate without an account.
//!
//! [`Server`] speaks real HTTP on a loopback port. It keeps uploaded files in memory, lists them, deletes them and delivers them,
//! and checks keys, signatures and tokens as ImageKit does. One origin serves the API, uploads and delivery.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use imagekitio_testing::Server;
//!
//! let server = Server::start().await?;
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! assert_eq!(server.url_endpoint(), format!("{}/demo", server.url()));
//! assert!(server.private_key().starts_with("private_test_"));
//! # Ok(())
//! # }
//! ```
//!
//! # What it answers
//!
//! | request | reply |
//! |---|---|
//! | `POST /api/v1/files/upload`, `POST /api/v2/files/upload` | stores a file, given as a file part, base64, a data URI, or the URL of a file that this server delivers |
//! | `GET /v1/files` | lists files and folders: `type`, `path`, `fileType`, `sort`, `limit`, `skip`, and part of the [search language](#search) |
//! | `GET /v1/files/{id}/details` | describes a file |
//! | `DELETE /v1/files/{id}` | deletes a file |
//! | `GET /demo/...`, `HEAD /demo/...` | delivers a file |
//!
//! Every reply carries `x-ik-requestId`; replies under `/v1/` also carry the `X-RateLimit-*` headers, though nothing is limited.
//! API and uploads want HTTP Basic with the private key as user and an empty password; a password, whatever it is, gets 401.
//!
//! An upload without an `Authorization` header wants what a browser or an app has from its own server:
//!
//! - **Version 1** wants the fields `publicKey`, `token`, `expire` and `signature`. The expiry must be less than an hour ahead.
//! - **Version 2** wants the field `token`, a JSON Web Token with the header `{"alg":"HS256","typ":"JWT","kid":"<public key>"}`. In its
//!   payload, `exp` is at most 3600 seconds after `iat`, and all other members are the other fields save `file`, as text.
//!
//! The first request with a genuine token that hasn't expired uses it up, even if something else gets that request refused.
//! Missing, wrong, expired and used credentials get 401, and a payload that differs from the fields gets 400; what exactly
//! ImageKit answers isn't known. Beside an `Authorization` header, all these fields are accepted and have no effect.
//!
//! Delivery gives 401 for a URL with a wrong or expired signature, and for an unsigned URL of a private file, even one with a named
//! transformation, which ImageKit delivers. A file that isn't published gets 404. The signature must be the end of the URL, `ik-t` (if any) before `ik-s`, and covers the URL exactly as sent.
//!
//! # Search
//!
//! A `searchQuery` has conditions on `name`, `path` (the folder itself), `tags`, `type`, `format`, `size`, `width`, `height`,
//! `private` and `published`, with `=`, `NOT =`, `IN`, `NOT IN`, `<`, `<=`, `>` and `>=`, which `AND`, `OR` and parentheses
//! join. `AND` binds stronger. Sizes may be `"10kb"` or `"1mb"`, with 1024 bytes to the kilobyte. Any other part of ImageKit's
//! language gets 400 and a message that quotes it.
//!
//! # What it leaves out
//!
//! What the server doesn't know it refuses rather than guess: an operation that it doesn't implement gets 501, other requests
//! get 400 or 405, each with a message that says so. 404 always means that a file doesn't exist. There are these exceptions:
//!
//! - **Transformations are accepted but not applied**, in the path and in the query: the stored bytes come back unchanged.
//! - These upload fields are accepted and have no effect: `extensions`, `webhookUrl`, `transformation`, `checks`,
//!   `overwriteAITags`, `overwriteTags`, `overwriteCustomMetadata`.
//! - `embeddedMetadata`, `metadata` and `selectedFieldsSchema` may be asked for in `responseFields` but never appear in the reply.
//! - Custom metadata is any JSON object; fields need not be defined first.
//! - Folders exist as long as a file lies in or below them.
//! - Only the current version of a file is kept.
//!
//! A request body may have 64 MiB, everything included; a larger one gets 413. All files stay in memory until they are deleted or
//! replaced, or the server is dropped. [`ServerBuilder::directory`] keeps them on disk as well.

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
mod folders;
mod jobs;
mod keys;
mod limits;
mod media;
mod metadata;
mod moves;
mod multipart;
mod paths;
mod percent;
mod recorder;
mod remote;
mod reply;
mod routes;
mod search;
mod serve;
mod settings;
mod store;
mod tags;
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

/// An ImageKit server on a loopback port of its own. See the [module](self) for what it answers.
///
/// It is empty at the start, unless it has a [directory](ServerBuilder::directory) with files.
///
/// It runs on the tokio runtime that started it, which needs I/O and time enabled, until it is dropped. Dropping it does not wait:
/// requests that are being answered are completed, new connections are refused as soon as the runtime gets to it, and files
/// that are not in a directory are gone.
pub struct Server {
    account: Arc<Account>,
    /// Never sent to. The tasks of the server see it go and stop.
    _alive: watch::Sender<()>,
}

impl Server {
    /// Starts a server with made-up keys on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If no port can be had, or if this is not called within a tokio runtime.
    ///
    /// # Panics
    ///
    /// If the runtime was built without I/O enabled.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts a server with chosen keys.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// The origin of API, uploads and delivery, such as `http://127.0.0.1:40123`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.account.origin
    }

    /// The URL endpoint, below which files are delivered, such as `http://127.0.0.1:40123/demo`, without a slash at the end.
    pub fn url_endpoint(&self) -> &str {
        &self.account.url_endpoint
    }

    /// The private key, which the server wants from API calls and uploads, and which it checks signatures and tokens with.
    pub fn private_key(&self) -> &str {
        &self.account.private_key
    }

    /// The public key, which uploads without the private key must name.
    pub fn public_key(&self) -> &str {
        &self.account.public_key
    }

    /// Lets something go wrong with the next request, or with the next one for the operation that the fault names. Faults
    /// happen in the order in which they are given.
    pub fn fail_next(&self, fault: Fault) {
        self.account.faults.add(fault);
    }

    /// Limits the rate of a class of requests to the API: so many in each interval, which starts with the call. Other requests get
    /// 429 until it ends. Uploads and delivery have no limit.
    pub fn limit(&self, class: EndpointClass, requests: u32, interval: Duration) {
        self.account.limits.set(class, requests, interval);
    }

    /// The last 10,000 requests in the order in which they were answered.
    pub fn requests(&self) -> Vec<Request> {
        self.account.recorder.all()
    }
}

/// Shows where the server listens, not its keys.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

/// Settings of a [`Server`] that is yet to start; made by [`Server::builder`].
#[derive(Clone, Default)]
#[must_use = "nothing runs before `start` is awaited"]
pub struct ServerBuilder {
    private_key: Option<String>,
    public_key: Option<String>,
    directory: Option<PathBuf>,
    job_time: Duration,
}

impl ServerBuilder {
    /// Sets the private key. Without it, every server makes up its own, `private_test_<uuid>`.
    pub fn private_key(mut self, key: impl Into<String>) -> Self {
        self.private_key = Some(key.into());
        self
    }

    /// Sets the public key. Without it, every server makes up its own, `public_test_<uuid>`.
    pub fn public_key(mut self, key: impl Into<String>) -> Self {
        self.public_key = Some(key.into());
        self
    }

    /// Keeps the files in this directory, which is created if it is missing, as well as in memory.
    ///
    /// A server that is started with it later has the same files, with their ids, versions and times. Give it the same keys, or
    /// signatures and clients from before won't fit. Used upload tokens are forgotten.
    ///
    /// A process that is killed at any moment leaves each file as it was before or after a change, never in between. A request whose
    /// change cannot be written gets 500 and changes nothing. Other files in the directory stay untouched.
    ///
    /// The directory belongs to one server at a time. Its form may change with any version of this crate. Reading and writing
    /// block the thread that does it.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.directory = Some(path.into());
        self
    }

    /// Sets how long bulk jobs on folders and purges take. By default they are done at once.
    ///
    /// While a job runs, other jobs on its folders get 423.
    pub fn job_time(mut self, time: Duration) -> Self {
        self.job_time = time;
        self
    }

    /// Starts the server on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If no port can be had, if a key can't be one, or if this is not called within a tokio runtime. With a directory, also if it cannot be created or
    /// read, or if a file in it is damaged; the message has the path.
    ///
    /// # Panics
    ///
    /// If the runtime was built without I/O enabled.
    pub async fn start(self) -> io::Result<Server> {
        let runtime = tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        let mut store = self
            .directory
            .map_or_else(|| Ok(Store::default()), Store::open)?;
        let (happened, events) = mpsc::unbounded_channel();
        store.report_to(happened);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let account = Account::new(
            format!("http://{}", listener.local_addr()?),
            self.private_key
                .unwrap_or_else(|| format!("private_test_{}", Uuid::new_v4())),
            self.public_key
                .unwrap_or_else(|| format!("public_test_{}", Uuid::new_v4())),
            self.job_time,
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
