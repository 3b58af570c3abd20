use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::AsyncRead;
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;

use super::chunks::{CHUNK, Chunks, LocalFile, Reads, Slices};
use super::snapshot::SnapshotCell;
use super::spool::{Limits, Spool};
use crate::error::{Error, ErrorKind};
use crate::redact::RedactedUrl;
use crate::url::unescape;
use crate::validate::http_url;

/// Where the bytes of an upload come from. Each kind has a constructor of its own, so that a path is never sent as text
/// nor a text taken for a path.
///
/// [`bytes`](Self::bytes), [`path`](Self::path), [`url`](Self::url), [`base64`](Self::base64) and
/// [`data_uri`](Self::data_uri) can be sent as often as needed. [`reader`](Self::reader), [`stream`](Self::stream) and
/// [`blocking_reader`](Self::blocking_reader) can be read once: clones of them are one source, and an upload that has begun
/// to read them is never repeated.
///
/// # Unknown lengths
///
/// ImageKit takes no upload without its length. [`spooled_reader`](Self::spooled_reader),
/// [`spooled_stream`](Self::spooled_stream) and [`spooled_blocking_reader`](Self::spooled_blocking_reader) read a source of
/// unknown length to its end before anything is sent. What is longer than 256 KiB goes to a temporary file, of up to
/// [`spool_limit`](Self::spool_limit) bytes. It can then be sent as often as needed.
///
/// The file lies in the system's folder for temporary files (`TMPDIR` on Unix). Nobody else can open it: it has no name on
/// Unix, and is deleted when it is closed on Windows. It is closed when the upload is over, failed, canceled or dropped, or
/// with the last clone of the source.
#[derive(Clone)]
pub struct UploadSource(Kind);

#[derive(Clone)]
enum Kind {
    Bytes {
        name: String,
        bytes: Bytes,
    },
    Path {
        path: PathBuf,
        snapshot: Option<SnapshotCell>,
    },
    Url(String),
    Base64 {
        name: String,
        text: Bytes,
    },
    DataUri {
        name: String,
        text: Bytes,
    },
    Once {
        /// What it is, for messages.
        what: &'static str,
        name: String,
        length: u64,
        chunks: Once,
    },
    Spooled {
        /// What it is, for messages.
        what: &'static str,
        name: String,
        /// In bytes.
        limit: u64,
        chunks: Once,
        spool: Spool,
    },
}

/// The longest source that is spooled, in bytes, unless the caller says it.
const SPOOL_LIMIT: u64 = 100 * 1024 * 1024;

impl UploadSource {
    /// Bytes in memory, with the file's name.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes {
            name: name.into(),
            bytes: bytes.into(),
        })
    }

    /// A regular file on disk. It is read in pieces while it is sent, and has the length that it has when it is opened: one
    /// that grows or shrinks meanwhile fails with [`Io`](ErrorKind::Io). An empty file, a directory, a pipe, a socket or a
    /// device is refused; for those use [`spooled_reader`](Self::spooled_reader).
    pub fn path(path: impl AsRef<Path>) -> Self {
        Self(Kind::Path {
            path: path.as_ref().to_owned(),
            snapshot: None,
        })
    }

    /// A file on disk, of which a snapshot is made while it is read.
    pub(super) fn path_with(path: PathBuf, snapshot: &SnapshotCell) -> Self {
        Self(Kind::Path {
            path,
            snapshot: Some(snapshot.clone()),
        })
    }

    /// An `http` or `https` URL that ImageKit fetches itself. The remote server must answer within 8 seconds.
    ///
    /// The file's name is the last segment of the URL's path, percent-decoded: `my photo.jpg` for `.../my%20photo.jpg`, and
    /// `a.jpg` for `.../deals%2Fa.jpg`. A URL without one needs a [`file_name`](crate::UploadRequest::file_name).
    pub fn url(url: impl Into<String>) -> Self {
        Self(Kind::Url(url.into()))
    }

    /// A file that is there as base64, in the standard alphabet, with the file's name. Line breaks and spaces are dropped.
    pub fn base64(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self(Kind::Base64 {
            name: name.into(),
            text: without_spaces(text.into()),
        })
    }

    /// A file that is there as a data URI in base64, `data:image/png;base64,...`, with the file's name. Line breaks and
    /// spaces are dropped.
    pub fn data_uri(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self(Kind::DataUri {
            name: name.into(),
            text: without_spaces(text.into()),
        })
    }

    /// What an asynchronous reader gives, with the file's name and its length in bytes. The reader must end there; one that
    /// goes on is cut by [`take`](https://docs.rs/tokio/latest/tokio/io/trait.AsyncReadExt.html#method.take).
    pub fn reader(
        name: impl Into<String>,
        length: u64,
        reader: impl AsyncRead + Send + 'static,
    ) -> Self {
        let chunks = Box::pin(ReaderStream::with_capacity(reader, CHUNK));
        Self::once("reader", name, length, chunks)
    }

    /// What a stream gives, with the file's name and its length in bytes. The stream must end there.
    ///
    /// The body of another download is such a stream, for example.
    pub fn stream(
        name: impl Into<String>,
        length: u64,
        stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self::once("stream", name, length, Box::pin(stream))
    }

    /// What a blocking reader gives, with the file's name and its length in bytes. It is read on the threads that the runtime
    /// has for that. The reader must end there; one that goes on is cut by [`Read::take`].
    ///
    /// A read that has begun can't be interrupted: when the upload ends early, that read goes on to its end.
    pub fn blocking_reader(
        name: impl Into<String>,
        length: u64,
        reader: impl Read + Send + 'static,
    ) -> Self {
        let chunks = Box::pin(Reads::new(Box::new(reader)));
        Self::once("reader", name, length, chunks)
    }

    /// What an asynchronous reader gives up to its end, with the file's name. For a reader whose length is not known, such as
    /// a pipe or a field of a form: see [above](Self#unknown-lengths).
    pub fn spooled_reader(
        name: impl Into<String>,
        reader: impl AsyncRead + Send + 'static,
    ) -> Self {
        let chunks = Box::pin(ReaderStream::with_capacity(reader, CHUNK));
        Self::spooled("reader", name, chunks)
    }

    /// What a stream gives up to its end, with the file's name. For a stream whose length is not known, such as a download in
    /// chunks: see [above](Self#unknown-lengths).
    pub fn spooled_stream(
        name: impl Into<String>,
        stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self::spooled("stream", name, Box::pin(stream))
    }

    /// What a blocking reader gives up to its end, with the file's name. It is read as in
    /// [`blocking_reader`](Self::blocking_reader). For a reader whose length is not known: see
    /// [above](Self#unknown-lengths).
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// use imagekitio::UploadSource;
    ///
    /// let stdin = UploadSource::spooled_blocking_reader("shoe.jpg", std::io::stdin());
    /// ik.upload(stdin.spool_limit(25 * 1024 * 1024)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn spooled_blocking_reader(
        name: impl Into<String>,
        reader: impl Read + Send + 'static,
    ) -> Self {
        Self::spooled("reader", name, Box::pin(Reads::new(Box::new(reader))))
    }

    /// The longest source of unknown length, in bytes. A longer one fails with [`InvalidInput`](ErrorKind::InvalidInput)
    /// before anything is sent. The default is 100 MiB. No effect on other sources.
    pub fn spool_limit(mut self, bytes: u64) -> Self {
        if let Kind::Spooled { limit, .. } = &mut self.0 {
            *limit = bytes;
        }
        self
    }

    fn spooled(what: &'static str, name: impl Into<String>, chunks: Chunks) -> Self {
        Self(Kind::Spooled {
            what,
            name: name.into(),
            limit: SPOOL_LIMIT,
            chunks: Once::new(chunks),
            spool: Spool::default(),
        })
    }

    fn once(what: &'static str, name: impl Into<String>, length: u64, chunks: Chunks) -> Self {
        Self(Kind::Once {
            what,
            name: name.into(),
            length,
            chunks: Once::new(chunks),
        })
    }

    /// The name that the source has by itself.
    pub(super) fn file_name(&self) -> Option<String> {
        match &self.0 {
            Kind::Bytes { name, .. }
            | Kind::Base64 { name, .. }
            | Kind::DataUri { name, .. }
            | Kind::Once { name, .. }
            | Kind::Spooled { name, .. } => Some(name.clone()),
            Kind::Path { path, .. } => Some(path.file_name()?.to_string_lossy().into_owned()),
            Kind::Url(url) => url_name(url),
        }
    }

    /// Whether it can be read again from its beginning.
    pub(super) fn is_replayable(&self) -> bool {
        !matches!(self.0, Kind::Once { .. })
    }

    /// Whether it is sent as a file. The others are texts that stand for one.
    pub(super) fn is_file(&self) -> bool {
        match &self.0 {
            Kind::Bytes { .. } | Kind::Path { .. } | Kind::Once { .. } | Kind::Spooled { .. } => {
                true
            }
            Kind::Url(_) | Kind::Base64 { .. } | Kind::DataUri { .. } => false,
        }
    }

    /// What must not show of the text that is sent: the user info and the values of the query of a URL.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let url = match &self.0 {
            Kind::Url(url) => url.as_str(),
            _ => "",
        };
        let authority = url.split(['/', '?', '#']).nth(2).unwrap_or_default();
        let user_info = authority.rsplit_once('@').map(|(user_info, _)| user_info);
        let query = url.split_once('?').map(|(_, query)| query);
        let parts = user_info.into_iter().chain(query);
        parts.flat_map(|part| part.split([':', '&', '=', '#']))
    }

    /// What can be known to be wrong without reading.
    pub(super) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Kind::Bytes { bytes, .. } if bytes.is_empty() => {
                refuse("the bytes to upload are empty")
            }
            Kind::Path { path, .. } if path.as_os_str().is_empty() => refuse("the path is empty"),
            Kind::Url(url) if http_url(url).is_none() => refuse(format!(
                "`{}` is not an http or https URL; for a local file use UploadSource::path",
                RedactedUrl(url)
            )),
            Kind::Base64 { text, .. } => check_base64(text),
            Kind::DataUri { text, .. } => {
                let comma = text.iter().position(|&byte| byte == b',');
                let (head, data) = text.split_at(comma.map_or(text.len(), |comma| comma + 1));
                let head = head.to_ascii_lowercase();
                if !head.starts_with(b"data:") || !head.ends_with(b";base64,") {
                    return refuse(format!(
                        "`{}` does not begin a data URI in base64, such as data:image/png;base64,iVBORw0KGgo=",
                        excerpt(text)
                    ));
                }
                check_base64(data)
            }
            Kind::Once {
                what, length: 0, ..
            } => refuse(format!(
                "the {what} has length 0; for one of unknown length use UploadSource::spooled_{what}"
            )),
            Kind::Once { what, chunks, .. } if chunks.is_used() => refuse(format!(
                "the {what} was read by another upload; it can be read once"
            )),
            _ => Ok(()),
        }
    }

    /// Starts at the beginning. Nothing of a source that can be read once is touched yet, and one of unknown length is read to
    /// its end; it may give nothing for as long as `stall_timeout`.
    pub(super) async fn open(&self, stall_timeout: Duration) -> Result<Content, Error> {
        Ok(match &self.0 {
            Kind::Bytes { bytes, .. } => Content::of_bytes(bytes),
            Kind::Base64 { text, .. } | Kind::DataUri { text, .. } => Content::of_bytes(text),
            Kind::Url(url) => Content::of_bytes(&Bytes::copy_from_slice(url.as_bytes())),
            Kind::Path { path, snapshot } => {
                let (reads, length) = open(path, snapshot.clone()).await?;
                Content {
                    what: path.display().to_string(),
                    length,
                    known: "that it had when it was opened",
                    chunks: Box::pin(reads),
                }
            }
            Kind::Once {
                what,
                name,
                length,
                chunks,
            } => Content {
                what: format!("the {what} of `{name}`"),
                length: *length,
                known: "that were announced",
                chunks: Box::pin(Opened {
                    source: chunks.clone(),
                    chunks: None,
                }),
            },
            Kind::Spooled {
                what,
                name,
                limit,
                chunks,
                spool,
            } => {
                let limits = Limits {
                    bytes: *limit,
                    stall_timeout,
                };
                let what = format!("the {what} of `{name}`");
                let spooled = spool.fill(&what, limits, || chunks.take()).await?;
                Content {
                    what,
                    length: spooled.length(),
                    known: "that were read of it",
                    chunks: spooled.chunks(),
                }
            }
        })
    }
}

/// What is sent for a source.
pub(super) struct Content {
    /// What it is, for messages.
    what: String,
    pub(super) length: u64,
    /// Where the length comes from, for messages.
    known: &'static str,
    pub(super) chunks: Chunks,
}

impl Content {
    fn of_bytes(bytes: &Bytes) -> Self {
        Self {
            what: String::new(),
            length: bytes.len() as u64,
            known: "",
            chunks: Box::pin(Slices(bytes.clone())),
        }
    }

    /// Whether it is more than one chunk.
    pub(super) fn is_large(&self) -> bool {
        self.length > CHUNK as u64
    }

    pub(super) fn ended_early(&self, after: u64) -> Error {
        self.gave(format_args!("only {after} of"))
    }

    pub(super) fn goes_on(&self) -> Error {
        self.gave(format_args!("more than"))
    }

    fn gave(&self, amount: fmt::Arguments<'_>) -> Error {
        let Self {
            what,
            length,
            known,
            ..
        } = self;
        Error::new(
            ErrorKind::Io,
            format!("{what} gave {amount} the {length} bytes {known}"),
        )
    }

    pub(super) fn unreadable(&self, error: io::Error) -> Error {
        unreadable(&self.what, error)
    }
}

/// Pieces that can be had once.
#[derive(Clone)]
struct Once(Arc<Mutex<Option<Chunks>>>);

impl Once {
    fn new(chunks: Chunks) -> Self {
        Self(Arc::new(Mutex::new(Some(chunks))))
    }

    fn is_used(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
    }

    fn take(&self) -> Option<Chunks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Takes the pieces when it is asked for the first.
struct Opened {
    source: Once,
    chunks: Option<Chunks>,
}

impl Stream for Opened {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.chunks.is_none() {
            self.chunks = self.source.take();
        }
        match &mut self.chunks {
            Some(chunks) => chunks.as_mut().poll_next(cx),
            None => Poll::Ready(Some(Err(io::Error::other("another upload reads it")))),
        }
    }
}

/// A file that is read from its beginning, and its length.
async fn open(
    path: &Path,
    snapshot: Option<SnapshotCell>,
) -> Result<(Reads<LocalFile>, u64), Error> {
    let opened = spawn_blocking({
        let path = path.to_owned();
        move || Reads::open(&path, snapshot)
    });
    let shown = path.display();
    let opened = opened
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)));
    match opened.map_err(|error| unreadable(&shown, error))? {
        None if path.is_dir() => refuse(format!("{shown} is a directory; give the path of a file")),
        None => refuse(format!(
            "{shown} is not a regular file and has no length of its own; open it, and use UploadSource::spooled_reader"
        )),
        Some((_, 0)) => refuse(format!("{shown} is empty")),
        Some(opened) => Ok(opened),
    }
}

pub(super) fn unreadable(what: &impl fmt::Display, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{what} cannot be read: {error}")).with_source(error)
}

pub(super) fn refuse<T>(message: impl Into<Cow<'static, str>>) -> Result<T, Error> {
    Err(Error::invalid_input("file", message))
}

/// The name of a file by its URL: the last segment of the path, decoded, and what follows the last slash in that. A segment
/// that isn't text when it is decoded is taken as it stands.
fn url_name(url: &str) -> Option<String> {
    let url = reqwest::Url::parse(url).ok()?;
    let segment = url.path_segments()?.next_back()?;
    let decoded = String::from_utf8(unescape(segment))
        .ok()
        .filter(|decoded| !decoded.contains(char::is_control));
    let name = decoded.as_deref().unwrap_or(segment);
    let name = name.rsplit(['/', '\\']).find(|part| !part.is_empty())?;
    (!matches!(name, "." | "..")).then(|| name.to_owned())
}

fn without_spaces(mut text: String) -> Bytes {
    text.retain(|c| !c.is_ascii_whitespace());
    text.into()
}

/// Refuses what no decoder can read. Padding may be left out.
fn check_base64(text: &[u8]) -> Result<(), Error> {
    if text.is_empty() {
        return refuse("the base64 text is empty");
    }
    let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
    let digits = text.split_at(text.len() - padding).0;
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    if let Some(position) = digits.iter().position(|&byte| !is_digit(byte)) {
        return refuse(format!(
            "`{}` is no base64: character {} is none of A-Z, a-z, 0-9, + and /; for a local file use \
             UploadSource::path, for a data URI UploadSource::data_uri",
            excerpt(text),
            position + 1
        ));
    }
    let whole = match padding {
        0 => digits.len() % 4 != 1,
        1 | 2 => text.len().is_multiple_of(4),
        _ => false,
    };
    if !whole {
        return refuse(format!(
            "the base64 text is not complete: it has {} digits and {padding} signs of padding",
            digits.len()
        ));
    }
    Ok(())
}

/// The beginning of a text that may be a whole file.
fn excerpt(text: &[u8]) -> String {
    const LENGTH: usize = 40;
    let text = String::from_utf8_lossy(text.split_at(text.len().min(4 * LENGTH)).0);
    let mut shown: String = text.chars().take(LENGTH).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

impl fmt::Debug for UploadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Bytes { name, bytes } => write!(f, "bytes({name:?}, {} bytes)", bytes.len()),
            Kind::Path { path, .. } => write!(f, "path({path:?})"),
            Kind::Url(url) => write!(f, "url({:?})", RedactedUrl(url)),
            Kind::Base64 { name, text } => write!(f, "base64({name:?}, {} bytes)", text.len()),
            Kind::DataUri { name, text } => write!(f, "data_uri({name:?}, {} bytes)", text.len()),
            Kind::Once {
                what, name, length, ..
            } => write!(f, "{what}({name:?}, {length} bytes)"),
            Kind::Spooled {
                what, name, limit, ..
            } => write!(f, "spooled_{what}({name:?}, up to {limit} bytes)"),
        }
    }
}
