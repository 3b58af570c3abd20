//! The account that a case runs on, and what is removed from it afterwards.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::FutureExt;
use imagekitio::{Error, ImageKit, UploadSource};
use imagekitio_testing::Server;
use uuid::Uuid;

/// A picture of 1200 by 800 pixels.
pub const PICTURE: &[u8] = include_bytes!("../../examples/quickstart.jpg");

/// An id that nothing has.
pub const NO_ID: &str = "64a7f3b2c1d2e3f4a5b6c7d8";

/// How often a real account is asked for what may take a while, such as a new file in a search.
const TRIES: u32 = 60;

const PAUSE: Duration = Duration::from_secs(1);

/// Why a case ends early.
#[derive(Debug)]
pub enum Stop {
    /// The account can't be used for it.
    Skipped(String),
    Failed(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skipped(reason) => write!(f, "skipped: {reason}"),
            Self::Failed(reason) => f.write_str(reason),
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error.to_string())
    }
}

type Removal = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

pub struct Account {
    pub ik: ImageKit,
    /// `None` for a real account.
    server: Option<Server>,
    /// Where all files of all cases go.
    root: String,
    /// Where the files of the case go: a folder in the root, which exists once something is put
    /// there.
    folder: Mutex<String>,
    removals: Mutex<Vec<Removal>>,
}

/// A file that a case has uploaded.
pub struct Stored {
    pub id: String,
    pub version: String,
    pub path: String,
    pub url: String,
}

/// A name that nothing in the account has: letters, digits and `_`.
pub fn unique() -> String {
    format!("imagekitio_conformance_{}", Uuid::new_v4().simple())
}

/// The message of a panic.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic").to_owned()
}

impl Account {
    pub async fn on_the_test_server() -> Self {
        let server = Server::start().await.unwrap();
        let ik = ImageKit::builder()
            .private_key(server.private_key())
            .url_endpoint(server.url_endpoint())
            .base_url(server.url())
            .build()
            .unwrap();
        Self::new(ik, Some(server))
    }

    /// The account whose credentials are in the environment, or what is missing there.
    pub fn from_env() -> Result<Self, String> {
        let read = |name: &str| {
            let name = format!("IMAGEKIT_CONFORMANCE_{name}");
            let value = std::env::var(&name).ok().filter(|value| !value.is_empty());
            value.ok_or(format!("{name} is not set"))
        };
        let (key, endpoint) = (read("PRIVATE_KEY")?, read("URL_ENDPOINT")?);
        Self::real(&key, &endpoint, read("BASE_URL").ok().as_deref())
    }

    /// A real account: nothing is known of it, and it may take its time.
    pub fn real(key: &str, endpoint: &str, base_url: Option<&str>) -> Result<Self, String> {
        let builder = ImageKit::builder().private_key(key).url_endpoint(endpoint);
        let builder = match base_url {
            Some(url) => builder.base_url(url),
            None => builder,
        };
        let ik = builder.build().map_err(|error| error.to_string())?;
        Ok(Self::new(ik, None))
    }

    fn new(ik: ImageKit, server: Option<Server>) -> Self {
        Self {
            ik,
            server,
            root: format!("/{}", unique()),
            folder: Mutex::default(),
            removals: Mutex::default(),
        }
    }

    /// Runs a case in a folder of its own, and removes what it leaves, also after a panic.
    pub async fn run(&self, case: impl Future<Output = Result<(), Stop>>) -> Result<(), Stop> {
        let folder = format!("{}/{}", self.root, Uuid::new_v4().simple());
        *self.folder.lock().unwrap() = folder.clone();
        let outcome = AssertUnwindSafe(case).catch_unwind().await;
        let mut left = Vec::new();
        let mut removals = std::mem::take(&mut *self.removals.lock().unwrap());
        let (folders, path) = (self.ik.folders(), folder.clone());
        removals.insert(
            0,
            Box::pin(async move { folders.delete(path).await.map(drop) }),
        );
        // What was created last is removed first: it may refer to what was created before.
        for removal in removals.into_iter().rev() {
            match removal.await {
                Err(error) if !error.is_not_found() => left.push(error.to_string()),
                _ => {}
            }
        }
        match outcome {
            Err(panic) => Err(Stop::Failed(message(&*panic))),
            Ok(Ok(())) if !left.is_empty() => {
                Err(Stop::Failed(format!("not removed: {}", left.join("; "))))
            }
            Ok(outcome) => outcome,
        }
    }

    /// Removes the folder of all cases.
    pub async fn finish(self) -> Result<(), Error> {
        match self.ik.folders().delete(self.root).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes something when the case is over. That it is gone already is fine.
    pub fn later<T>(
        &self,
        removal: impl IntoFuture<Output = Result<T, Error>, IntoFuture: 'static>,
    ) {
        let removal = removal.into_future();
        let removal = Box::pin(async move { removal.await.map(drop) });
        self.removals.lock().unwrap().push(removal);
    }

    /// What was created in the account. A real account may have no room for it, or no permission:
    /// then the case is skipped.
    pub fn created<T>(&self, created: Result<T, Error>) -> Result<T, Stop> {
        created.map_err(|error| match error.status() {
            Some(400 | 403) if self.server.is_none() => Stop::Skipped(error.to_string()),
            _ => error.into(),
        })
    }

    /// The operations that the test server was asked for.
    pub fn operations(&self) -> Vec<String> {
        let requests = self.server.iter().flat_map(Server::requests);
        requests
            .filter_map(|request| request.operation().map(str::to_owned))
            .collect()
    }

    /// A path in the folder of the case.
    pub fn path(&self, below: &str) -> String {
        format!("{}/{below}", self.folder())
    }

    pub fn folder(&self) -> String {
        self.folder.lock().unwrap().clone()
    }

    /// Asks until there is an answer. The test server answers at once.
    pub async fn eventually<T>(
        &self,
        what: &str,
        ask: impl AsyncFn() -> Result<Option<T>, Error>,
    ) -> Result<T, Stop> {
        let tries = if self.server.is_some() { 1 } else { TRIES };
        for tried in 0..tries {
            if tried > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            if let Some(found) = ask().await? {
                return Ok(found);
            }
        }
        Err(Stop::Failed(format!("{what}: not so after {tries} tries")))
    }

    /// Uploads a text to a path below the folder of the case.
    pub async fn store(&self, below: &str, text: &str) -> Result<Stored, Stop> {
        self.upload(below, text.to_owned().into_bytes()).await
    }

    pub async fn upload(&self, below: &str, bytes: Vec<u8>) -> Result<Stored, Stop> {
        let path = self.path(below);
        let (folder, name) = path.rsplit_once('/').unwrap();
        let upload = self
            .ik
            .upload(UploadSource::bytes(name, bytes))
            .folder(folder)
            .use_unique_file_name(false)
            .await?
            .into_file()?;
        Ok(Stored {
            id: upload.file_id,
            version: upload.version_info.unwrap().id,
            path: upload.file_path,
            url: upload.url,
        })
    }

    /// The bytes that a URL delivers.
    pub async fn delivered(&self, url: &str) -> Result<Vec<u8>, Error> {
        let download = self.ik.delivery().fetch(url).await?;
        download.bytes().await.map(|bytes| bytes.to_vec())
    }

    /// The names of the files in a folder of the case, sorted, once they are these.
    pub async fn has_files(&self, below: &str, expected: &[&str]) -> Result<(), Stop> {
        let folder = self.path(below);
        let folder = folder.trim_end_matches('/');
        self.eventually(&format!("{folder} has {expected:?}"), async || {
            let files = self.ik.assets().list_files().path(folder).await?;
            let mut names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
            names.sort_unstable();
            Ok((names == expected).then_some(()))
        })
        .await
    }

    /// The id of the file at a path below the folder of the case, once it is there.
    pub async fn id_at(&self, below: &str) -> Result<String, Stop> {
        let path = self.path(below);
        let (folder, name) = path.rsplit_once('/').unwrap();
        self.eventually(&format!("{path} is there"), async || {
            let files = self.ik.assets().list_files().path(folder).await?;
            let file = files.iter().find(|file| file.name == name);
            Ok(file.map(|file| file.file_id.clone()))
        })
        .await
    }
}
