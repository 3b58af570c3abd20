//! What tests of uploads of folders need: folders on disk, an account behind a proxy that breaks
//! things, and its whole state.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use imagekitio::types::Asset;
use imagekitio::upload::{FolderOutcome, FolderSummary, FolderUpload};
use imagekitio::{ImageKit, RetryPolicy};
use imagekitio_testing::Server;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, Semaphore};

use crate::{soon, until};

/// A folder on disk, with room for a manifest beside it. It is gone with the value.
pub struct Tree {
    parent: PathBuf,
}

impl Tree {
    /// Files are texts of their own paths, and were changed an hour ago.
    pub fn of(files: &[&str]) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let name = format!("imagekitio-folder-{}-{number}", std::process::id());
        let tree = Self {
            parent: std::env::temp_dir().join(name),
        };
        fs::create_dir_all(tree.path()).unwrap();
        for file in files {
            tree.write(file, file);
        }
        tree
    }

    /// The folder that is uploaded.
    pub fn path(&self) -> PathBuf {
        self.parent.join("photos")
    }

    /// A manifest beside it.
    pub fn manifest(&self) -> PathBuf {
        self.parent.join("photos.manifest")
    }

    pub fn manifest_text(&self) -> String {
        fs::read_to_string(self.manifest()).unwrap()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// A file that was changed an hour ago.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        self.write_aged(name, content, Duration::from_secs(3600));
    }

    pub fn write_aged(&self, name: &str, content: impl AsRef<[u8]>, age: Duration) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        self.set_modified(name, SystemTime::now() - age);
    }

    pub fn set_modified(&self, name: &str, time: SystemTime) {
        let file = File::options().write(true).open(self.file(name)).unwrap();
        file.set_modified(time).unwrap();
    }

    pub fn modified(&self, name: &str) -> SystemTime {
        fs::metadata(self.file(name)).unwrap().modified().unwrap()
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.file(name)).unwrap();
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.parent);
    }
}

/// All files of an account, by their paths.
pub type Library = BTreeMap<String, Stored>;

#[derive(Clone, PartialEq)]
pub struct Stored {
    /// As it is delivered.
    pub content: Vec<u8>,
    pub tags: Vec<String>,
    pub version: String,
}

impl fmt::Debug for Stored {
    /// Content as text; of what is long, its length and a hash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = if self.content.len() < 100 {
            String::from_utf8_lossy(&self.content).into_owned()
        } else {
            let mut hasher = DefaultHasher::new();
            self.content.hash(&mut hasher);
            format!("{} bytes, {:x}", self.content.len(), hasher.finish())
        };
        f.debug_struct("Stored")
            .field("content", &content)
            .field("tags", &self.tags)
            .field("version", &self.version)
            .finish()
    }
}

/// A file in its first version, without tags.
pub fn stored(path: &str, content: &str) -> (String, Stored) {
    version(path, content, 1)
}

pub fn version(path: &str, content: &str, number: u32) -> (String, Stored) {
    let stored = Stored {
        content: content.into(),
        tags: Vec::new(),
        version: format!("Version {number}"),
    };
    (path.to_owned(), stored)
}

/// All files of a server, as it lists and delivers them.
pub async fn library(server: &Server, http: &reqwest::Client) -> Library {
    let ik = client(server.url(), server.private_key(), http);
    let listed = ik.assets().list().limit(1000).await.unwrap();
    let mut library = Library::new();
    for asset in listed.iter() {
        let Asset::File(file) = asset else {
            panic!("no file: {asset:?}");
        };
        let content = http
            .get(&file.url)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        let stored = Stored {
            content: content.into(),
            tags: file.tags.clone().unwrap_or_default(),
            version: file.version_info.name.clone(),
        };
        library.insert(file.file_path.clone(), stored);
    }
    library
}

/// What became of each file, in the order of their paths.
pub fn outcomes(summary: &FolderSummary) -> Vec<(&str, &'static str)> {
    let mut outcomes: Vec<_> = summary
        .results
        .iter()
        .map(|(file, outcome)| {
            let outcome = match outcome {
                FolderOutcome::Uploaded(_) => "uploaded",
                FolderOutcome::Unchanged => "unchanged",
                FolderOutcome::Failed(_) => "failed",
                _ => "new",
            };
            (file.relative_path(), outcome)
        })
        .collect();
    outcomes.sort_unstable();
    outcomes
}

/// Why files failed, in the order of their paths.
pub fn failures(summary: &FolderSummary) -> Vec<(&str, String)> {
    let mut failures: Vec<_> = summary
        .failed()
        .map(|(file, error)| (file.relative_path(), error.to_string()))
        .collect();
    failures.sort_unstable();
    failures
}

fn client(url: &str, key: &str, http: &reqwest::Client) -> ImageKit {
    ImageKit::builder()
        .http_client(http.clone())
        .private_key(key)
        .base_url(url)
        .retry(RetryPolicy::none())
        .build()
        .unwrap()
}

/// What happens to a request on its way.
#[derive(Clone)]
pub enum Fault {
    /// Nothing.
    Pass,
    /// The connection is closed before the body was read.
    Refuse,
    /// Half of the body goes on, then both connections are closed.
    Cut,
    /// The server gets the request, the client no reply.
    LoseReply,
    /// The server gets nothing, the client this status.
    Answer(&'static str),
    /// The server gets the request, the client this status.
    AnswerAfter(&'static str),
    /// The server gets the request, and the reply waits for [`Account::release`].
    Hold,
    /// The request goes on together with as many others.
    Meet(Arc<Barrier>),
}

/// An account of its own, behind a proxy.
pub struct Account {
    pub server: Server,
    /// To make one takes its time, for what TLS needs.
    http: reqwest::Client,
    url: String,
    proxy: Arc<Proxy>,
}

struct Proxy {
    server: String,
    uploads: Mutex<VecDeque<Fault>>,
    others: Mutex<VecDeque<Fault>>,
    /// Method and path of each request, in the order in which they came.
    requests: Mutex<Vec<String>>,
    open: AtomicUsize,
    running: AtomicUsize,
    most_running: AtomicUsize,
    releases: Semaphore,
}

impl Account {
    pub async fn start() -> Self {
        let server = Server::start().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let proxy = Arc::new(Proxy {
            server: server.url().trim_start_matches("http://").to_owned(),
            uploads: Mutex::default(),
            others: Mutex::default(),
            requests: Mutex::default(),
            open: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            most_running: AtomicUsize::new(0),
            releases: Semaphore::new(0),
        });
        let shared = proxy.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let proxy = shared.clone();
                proxy.open.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    // The client may close the connection at any time.
                    let _ = proxy.serve(stream).await;
                    proxy.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self {
            server,
            http: reqwest::Client::new(),
            url,
            proxy,
        }
    }

    /// A client that repeats nothing by itself.
    pub fn ik(&self) -> ImageKit {
        self.ik_with(self.server.private_key())
    }

    pub fn ik_with(&self, key: &str) -> ImageKit {
        client(&self.url, key, &self.http)
    }

    /// A folder with the manifest beside it.
    pub fn upload(&self, tree: &Tree) -> FolderUpload {
        let upload = self.ik().upload_folder(tree.path());
        upload.manifest(tree.manifest())
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub async fn library(&self) -> Library {
        library(&self.server, &self.http).await
    }

    /// What happens to the next uploads. Those that follow pass.
    pub fn next_uploads(&self, faults: impl IntoIterator<Item = Fault>) {
        *self.proxy.uploads.lock().unwrap() = faults.into_iter().collect();
    }

    /// What happens to the next of the other requests. Those that follow pass.
    pub fn next_others(&self, faults: impl IntoIterator<Item = Fault>) {
        *self.proxy.others.lock().unwrap() = faults.into_iter().collect();
    }

    /// Lets so many requests go on that are held, or will be.
    pub fn release(&self, requests: usize) {
        self.proxy.releases.add_permits(requests);
    }

    /// Method and path of the requests that came since this was asked last.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.proxy.requests.lock().unwrap())
    }

    /// Requests that came since [`requests`](Self::requests) was asked last.
    pub fn count(&self) -> usize {
        self.proxy.requests.lock().unwrap().len()
    }

    /// The most requests that ran at a time.
    pub fn most_running(&self) -> usize {
        self.proxy.most_running.load(Ordering::SeqCst)
    }

    /// Waits until everything that clients sent so far is done.
    pub async fn settled(&self) {
        // Connections are accepted in their order: once this one is, those before are known.
        let address = self.url.trim_start_matches("http://");
        let mut last = TcpStream::connect(address).await.unwrap();
        last.shutdown().await.unwrap();
        let _ = soon(last.read(&mut [0])).await;
        until("an end of all requests", || {
            self.proxy.open.load(Ordering::SeqCst) == 0
        })
        .await;
    }
}

impl Proxy {
    /// One request, so that a connection that is open has one.
    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut client = BufReader::new(stream);
        let Some(head) = Head::read(&mut client).await? else {
            return Ok(());
        };
        let line = head.line();
        let faults = match line.starts_with("POST /api/v1/files/upload") {
            true => &self.uploads,
            false => &self.others,
        };
        let fault = faults.lock().unwrap().pop_front().unwrap_or(Fault::Pass);
        self.requests.lock().unwrap().push(line);
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_running.fetch_max(running, Ordering::SeqCst);
        let reply = self.reply(&head, &mut client, fault).await;
        // Before the reply, for the next request may follow upon it.
        self.running.fetch_sub(1, Ordering::SeqCst);
        if let Some(reply) = reply? {
            client.write_all(&reply).await?;
            client.shutdown().await?;
        }
        Ok(())
    }

    /// The reply to a request, if there is any.
    async fn reply(
        &self,
        head: &Head,
        client: &mut BufReader<TcpStream>,
        fault: Fault,
    ) -> io::Result<Option<Vec<u8>>> {
        let length = match fault {
            Fault::Refuse => return Ok(None),
            Fault::Cut => head.length / 2,
            _ => head.length,
        };
        let mut body = vec![0; length];
        client.read_exact(&mut body).await?;
        let answer = |status: &str| {
            let answer = format!(
                "HTTP/1.1 {status}\r\nconnection: close\r\nretry-after: 0\r\ncontent-length: 2\r\n\r\n{{}}"
            );
            Ok(Some(answer.into_bytes()))
        };
        if let Fault::Answer(status) = fault {
            return answer(status);
        }
        if let Fault::Meet(barrier) = &fault {
            barrier.wait().await;
        }
        let mut server = BufReader::new(TcpStream::connect(&self.server).await?);
        server.write_all(&head.bytes).await?;
        server.write_all(&body).await?;
        if let Fault::Cut = fault {
            return Ok(None);
        }
        let reply_head = Head::read(&mut server).await?.unwrap();
        let mut reply_body = vec![0; reply_head.length];
        server.read_exact(&mut reply_body).await?;
        match fault {
            Fault::LoseReply => return Ok(None),
            Fault::AnswerAfter(status) => return answer(status),
            Fault::Hold => self.releases.acquire().await.unwrap().forget(),
            _ => {}
        }
        let mut reply = reply_head.bytes;
        reply.truncate(reply.len() - 2);
        reply.extend_from_slice(b"connection: close\r\n\r\n");
        reply.extend_from_slice(&reply_body);
        Ok(Some(reply))
    }
}

/// The head of a request or a reply.
struct Head {
    bytes: Vec<u8>,
    /// Of the body.
    length: usize,
}

impl Head {
    /// None at the end of the connection.
    async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            if stream.read_until(b'\n', &mut bytes).await? == 0 {
                return Ok(None);
            }
        }
        let text = String::from_utf8(bytes.clone()).unwrap();
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.parse().unwrap())
        });
        Ok(Some(Self {
            bytes,
            length: length.unwrap_or(0),
        }))
    }

    /// Method and path.
    fn line(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let mut words = text.split([' ', '?']);
        format!("{} {}", words.next().unwrap(), words.next().unwrap())
    }
}

/// A whole path as it stands in messages.
pub fn display(path: &Path) -> String {
    path.display().to_string()
}
