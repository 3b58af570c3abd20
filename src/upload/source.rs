use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::AsyncRead;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::io::ReaderStream;

use super::chunks::{BlockingReaderStream, BytesStream, CHUNK_SIZE, ChunkStream, LocalFile};
use super::snapshot::SnapshotCell;
use super::spool::{Limits, Spool};
use crate::error::{Error, ErrorKind};
use crate::secret::RedactedUrl;
use crate::url::{unescape, written_and_decoded};
use crate::validate::{http_url, trimmed};

/// The source of the file of an upload.
///
/// Each kind of source has its own constructor, so that a path is never sent as a string, and a
/// string is never read as a path.
///
/// | constructor | sends | can be retried |
/// |---|---|---|
/// | [`bytes`](Self::bytes) | bytes in memory | yes |
/// | [`path`](Self::path) | a file on disk, as a stream | yes |
/// | [`url`](Self::url) | a URL that ImageKit downloads | yes |
/// | [`base64`](Self::base64), [`data_uri`](Self::data_uri) | encoded bytes | yes |
/// | [`reader`](Self::reader), [`stream`](Self::stream), [`blocking_reader`](Self::blocking_reader) | bytes of known length | until a byte is sent |
/// | [`spooled_reader`](Self::spooled_reader), [`spooled_stream`](Self::spooled_stream), [`spooled_blocking_reader`](Self::spooled_blocking_reader) | bytes of unknown length | yes |
///
/// Clones share a reader or a stream. The first upload that reads it uses it up.
///
/// # Unknown lengths
///
/// ImageKit requires the length of an upload. The constructors that begin with `spooled` read a
/// source of unknown length to its end before the request. Up to 256 KiB stay in memory. More goes
/// to a temporary file of up to [`spool_limit`](Self::spool_limit) bytes.
///
/// The temporary file is in the system's temporary directory (`TMPDIR` on Unix). Other users can't
/// open it. On Unix it has no name, and on Windows it is deleted when it is closed. It is closed
/// when the last clone of the source is dropped. An upload drops its source when it ends.
#[derive(Clone)]
#[must_use = "a source is read when it is uploaded"]
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
        base64: Bytes,
    },
    DataUri {
        name: String,
        uri: Bytes,
    },
    Once {
        /// `reader` or `stream`, for messages.
        what: &'static str,
        name: String,
        length: u64,
        chunks: Once,
    },
    Spooled {
        /// `reader` or `stream`, for messages.
        what: &'static str,
        name: String,
        /// In bytes.
        limit: u64,
        chunks: Once,
        spool: Spool,
    },
}

/// The default of [`UploadSource::spool_limit`] in bytes.
const SPOOL_LIMIT: u64 = 100 * 1024 * 1024;

impl UploadSource {
    /// Bytes in memory, and the name of the file. Empty bytes are refused.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes {
            name: name.into(),
            bytes: bytes.into(),
        })
    }

    /// A regular file on disk, which is read while it is sent.
    ///
    /// The upload fails with [`Io`](ErrorKind::Io) if the length of the file changes meanwhile. A
    /// change that keeps the length is not noticed, and may be sent in part.
    ///
    /// An empty file, a directory, a pipe, a socket and a device are refused. For the last three,
    /// open the path and use [`spooled_reader`](Self::spooled_reader).
    pub fn path(path: impl AsRef<Path>) -> Self {
        Self(Kind::Path {
            path: path.as_ref().to_owned(),
            snapshot: None,
        })
    }

    /// A file on disk, with a cell that receives its snapshot.
    pub(super) fn path_with(path: PathBuf, snapshot: &SnapshotCell) -> Self {
        Self(Kind::Path {
            path,
            snapshot: Some(snapshot.clone()),
        })
    }

    /// An `http` or `https` URL that ImageKit downloads. Its server must answer within 8 seconds.
    /// Whitespace around the URL is dropped.
    ///
    /// The name of the file is the last segment of the URL's path, percent-decoded: `my photo.jpg`
    /// for `.../my%20photo.jpg`, and `a.jpg` for `.../deals%2Fa.jpg`. Without such a segment, set a
    /// [`file_name`](super::UploadRequest::file_name).
    pub fn url(url: impl Into<String>) -> Self {
        Self(Kind::Url(trimmed(&url.into()).to_owned()))
    }

    /// A file in base64 with the standard alphabet, and the name of the file. Whitespace is
    /// dropped.
    pub fn base64(name: impl Into<String>, base64: impl Into<String>) -> Self {
        Self(Kind::Base64 {
            name: name.into(),
            base64: without_whitespace(base64.into()),
        })
    }

    /// A data URI in base64, such as `data:image/png;base64,...`, and the name of the file.
    /// Whitespace is dropped.
    pub fn data_uri(name: impl Into<String>, uri: impl Into<String>) -> Self {
        Self(Kind::DataUri {
            name: name.into(),
            uri: without_whitespace(uri.into()),
        })
    }

    /// An asynchronous reader, with the name of the file and its length in bytes.
    ///
    /// The upload fails with [`Io`](ErrorKind::Io) if the reader returns more or fewer bytes. To
    /// send the start of a longer reader, use
    /// [`take`](https://docs.rs/tokio/latest/tokio/io/trait.AsyncReadExt.html#method.take).
    pub fn reader(
        name: impl Into<String>,
        length: u64,
        reader: impl AsyncRead + Send + 'static,
    ) -> Self {
        let chunks = Box::pin(ReaderStream::with_capacity(reader, CHUNK_SIZE));
        Self::once("reader", name, length, chunks)
    }

    /// A stream of bytes, with the name of the file and its length in bytes.
    ///
    /// The upload fails with [`Io`](ErrorKind::Io) if the stream returns more or fewer bytes. The
    /// body of a download is such a stream.
    pub fn stream(
        name: impl Into<String>,
        length: u64,
        stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self::once("stream", name, length, Box::pin(stream))
    }

    /// A blocking reader, with the name of the file and its length in bytes. The runtime's blocking
    /// threads read it.
    ///
    /// The upload fails with [`Io`](ErrorKind::Io) if the reader returns more or fewer bytes. To
    /// send the start of a longer reader, use [`Read::take`]. A read can't be interrupted: if the
    /// upload ends early, it continues to its end.
    pub fn blocking_reader(
        name: impl Into<String>,
        length: u64,
        reader: impl Read + Send + 'static,
    ) -> Self {
        let chunks = Box::pin(BlockingReaderStream::new(Box::new(reader)));
        Self::once("reader", name, length, chunks)
    }

    /// An asynchronous reader of unknown length, such as a pipe or a field of a form, and the name
    /// of the file. See [above](Self#unknown-lengths).
    pub fn spooled_reader(
        name: impl Into<String>,
        reader: impl AsyncRead + Send + 'static,
    ) -> Self {
        let chunks = Box::pin(ReaderStream::with_capacity(reader, CHUNK_SIZE));
        Self::spooled("reader", name, chunks)
    }

    /// A stream of unknown length, such as a chunked download, and the name of the file. See
    /// [above](Self#unknown-lengths).
    pub fn spooled_stream(
        name: impl Into<String>,
        stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self::spooled("stream", name, Box::pin(stream))
    }

    /// A blocking reader of unknown length, and the name of the file. The runtime's blocking
    /// threads read it. See [above](Self#unknown-lengths).
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
        let chunks = Box::pin(BlockingReaderStream::new(Box::new(reader)));
        Self::spooled("reader", name, chunks)
    }

    /// Sets the largest size of a source of unknown length in bytes. The default is 100 MiB.
    ///
    /// A longer source fails with [`InvalidInput`](ErrorKind::InvalidInput) before any request. The
    /// limit has no effect on other sources.
    pub fn spool_limit(mut self, bytes: u64) -> Self {
        if let Kind::Spooled { limit, .. } = &mut self.0 {
            *limit = bytes;
        }
        self
    }

    fn spooled(what: &'static str, name: impl Into<String>, chunks: ChunkStream) -> Self {
        Self(Kind::Spooled {
            what,
            name: name.into(),
            limit: SPOOL_LIMIT,
            chunks: Once::new(chunks),
            spool: Spool::default(),
        })
    }

    fn once(what: &'static str, name: impl Into<String>, length: u64, chunks: ChunkStream) -> Self {
        Self(Kind::Once {
            what,
            name: name.into(),
            length,
            chunks: Once::new(chunks),
        })
    }

    /// Returns the name of the source.
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

    /// Whether the source can be read again from its start.
    pub(super) fn is_replayable(&self) -> bool {
        !matches!(self.0, Kind::Once { .. })
    }

    /// Whether the source is sent as a file, rather than as a string.
    pub(super) fn is_file(&self) -> bool {
        match &self.0 {
            Kind::Bytes { .. } | Kind::Path { .. } | Kind::Once { .. } | Kind::Spooled { .. } => {
                true
            }
            Kind::Url(_) | Kind::Base64 { .. } | Kind::DataUri { .. } => false,
        }
    }

    /// Returns the secrets in a URL, which a server may repeat: its user info, and the names and
    /// values of its query.
    pub(super) fn secrets(&self) -> impl Iterator<Item = String> {
        let url = match &self.0 {
            Kind::Url(url) => url.as_str(),
            _ => "",
        };
        let authority = url.split(['/', '?', '#']).nth(2).unwrap_or_default();
        let user_info = authority.rsplit_once('@').map(|(user_info, _)| user_info);
        let query = url.split_once('?').map(|(_, query)| query);
        let parts = user_info.into_iter().chain(query);
        parts
            .flat_map(|part| part.split([':', '&', '=', '#']))
            .flat_map(written_and_decoded)
    }

    /// Refuses a source that is not valid, as far as that shows before it is read.
    pub(super) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Kind::Bytes { bytes, .. } if bytes.is_empty() => {
                refuse("the bytes are empty; give at least one byte")
            }
            Kind::Path { path, .. } if path.as_os_str().is_empty() => {
                refuse("the path is empty; give the path of a file")
            }
            Kind::Url(url) if http_url(url).is_none() => refuse(format!(
                "`{}` is not a valid http or https URL; for a local file use UploadSource::path",
                RedactedUrl(url)
            )),
            Kind::Base64 { base64, .. } => check_base64(base64),
            Kind::DataUri { uri, .. } => {
                let comma = uri.iter().position(|&byte| byte == b',');
                let (head, data) = uri.split_at(comma.map_or(uri.len(), |comma| comma + 1));
                let head = head.to_ascii_lowercase();
                if !head.starts_with(b"data:") || !head.ends_with(b";base64,") {
                    return refuse(format!(
                        "`{}` is not a valid data URI in base64; give one such as \
                         data:image/png;base64,iVBORw0KGgo=",
                        excerpt(uri)
                    ));
                }
                check_base64(data)
            }
            Kind::Once {
                what, length: 0, ..
            } => refuse(format!(
                "the length of the {what} is 0; if the length is unknown, use \
                 UploadSource::spooled_{what}"
            )),
            Kind::Once { what, chunks, .. } if chunks.is_used() => refuse(format!(
                "another upload read the {what}, which can be read once; give a new source"
            )),
            _ => Ok(()),
        }
    }

    /// Opens the source at its start.
    ///
    /// A source that can be read once is not read yet. A source of unknown length is read to its
    /// end. `stall_timeout` is the longest time without data.
    pub(super) async fn open(&self, stall_timeout: Duration) -> Result<Content, Error> {
        Ok(match &self.0 {
            Kind::Bytes { bytes, .. }
            | Kind::Base64 { base64: bytes, .. }
            | Kind::DataUri { uri: bytes, .. } => Content::of_bytes(bytes),
            Kind::Url(url) => Content::of_bytes(&Bytes::copy_from_slice(url.as_bytes())),
            Kind::Path { path, snapshot } => {
                let opening = timeout(stall_timeout, open(path, snapshot.clone()));
                let (chunks, length) = opening.await.unwrap_or_else(|_| {
                    let message = format!(
                        "{} was not read within {stall_timeout:?} (`stall_timeout`)",
                        path.display()
                    );
                    Err(Error::new(ErrorKind::Timeout, message))
                })?;
                Content {
                    what: path.display().to_string(),
                    length,
                    expected: "the length when it was opened",
                    chunks: Box::pin(chunks),
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
                expected: "the given length",
                chunks: Box::pin(Opened {
                    source: chunks.clone(),
                    chunks: None,
                    rest: BytesStream(Bytes::new()),
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
                    expected: "the length when it was read",
                    chunks: spooled.chunks(),
                }
            }
        })
    }
}

/// The bytes of a source, and their length.
pub(super) struct Content {
    /// The source, for messages.
    what: String,
    pub(super) length: u64,
    /// The origin of the length, for messages.
    expected: &'static str,
    pub(super) chunks: ChunkStream,
}

impl Content {
    fn of_bytes(bytes: &Bytes) -> Self {
        Self {
            what: String::new(),
            length: bytes.len() as u64,
            expected: "",
            chunks: Box::pin(BytesStream(bytes.clone())),
        }
    }

    /// Whether the content has more than one chunk.
    pub(super) fn is_large(&self) -> bool {
        self.length > CHUNK_SIZE as u64
    }

    pub(super) fn too_short(&self, after: u64) -> Error {
        self.wrong_length(format_args!("ended after {after} bytes"))
    }

    pub(super) fn too_long(&self) -> Error {
        self.wrong_length(format_args!("has more bytes"))
    }

    fn wrong_length(&self, found: fmt::Arguments<'_>) -> Error {
        let Self {
            what,
            length,
            expected,
            ..
        } = self;
        let message = format!("{what} {found}, but {expected} is {length} bytes");
        Error::new(ErrorKind::Io, message)
    }

    pub(super) fn unreadable(&self, error: io::Error) -> Error {
        unreadable(&self.what, error)
    }
}

/// A stream that can be taken once. Clones share it.
#[derive(Clone)]
struct Once(Arc<Mutex<Option<ChunkStream>>>);

impl Once {
    fn new(chunks: ChunkStream) -> Self {
        Self(Arc::new(Mutex::new(Some(chunks))))
    }

    fn is_used(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
    }

    fn take(&self) -> Option<ChunkStream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Takes the stream when it is first polled.
///
/// Long chunks are split, so that progress is seen while they are sent. Empty chunks are skipped,
/// so that a stream that returns nothing else counts as stalled.
struct Opened {
    source: Once,
    chunks: Option<ChunkStream>,
    /// The rest of the last chunk.
    rest: BytesStream,
}

impl Stream for Opened {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.rest.0.is_empty() {
            if self.chunks.is_none() {
                self.chunks = self.source.take();
            }
            let Some(chunks) = &mut self.chunks else {
                return Poll::Ready(Some(Err(io::Error::other("another upload reads it"))));
            };
            match ready!(chunks.as_mut().poll_next(cx)) {
                Some(Ok(chunk)) if chunk.is_empty() => {
                    // Other tasks run before the next poll.
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(Ok(chunk)) => self.rest.0 = chunk,
                end => return Poll::Ready(end),
            }
        }
        Pin::new(&mut self.rest).poll_next(cx)
    }
}

/// Opens a file. Returns its stream and its length.
async fn open(
    path: &Path,
    snapshot: Option<SnapshotCell>,
) -> Result<(BlockingReaderStream<LocalFile>, u64), Error> {
    let opened = spawn_blocking({
        let path = path.to_owned();
        move || BlockingReaderStream::open(&path, snapshot)
    });
    let shown = path.display();
    let opened = opened
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)));
    match opened.map_err(|error| unreadable(&shown, error))? {
        None if path.is_dir() => refuse(format!("{shown} is a directory; give the path of a file")),
        None => refuse(format!(
            "{shown} is not a regular file; open it, and use UploadSource::spooled_reader"
        )),
        Some((_, 0)) => refuse(format!(
            "{shown} is empty; give a file with at least one byte"
        )),
        Some(opened) => Ok(opened),
    }
}

pub(super) fn unreadable(what: &impl fmt::Display, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("{what} cannot be read: {error}")).with_source(error)
}

pub(super) fn refuse<T>(message: impl Into<Cow<'static, str>>) -> Result<T, Error> {
    Err(Error::invalid_input("file", message))
}

/// Returns the name of the file at a URL: the last segment of the path, percent-decoded, from its
/// last slash. A segment that doesn't decode to printable UTF-8 stays encoded.
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

fn without_whitespace(mut encoded: String) -> Bytes {
    encoded.retain(|c| !c.is_ascii_whitespace());
    encoded.into()
}

/// Refuses invalid base64. Padding is optional.
fn check_base64(base64: &[u8]) -> Result<(), Error> {
    if base64.is_empty() {
        return refuse("the base64 is empty; give at least one byte");
    }
    let padding = base64
        .iter()
        .rev()
        .take_while(|&&byte| byte == b'=')
        .count();
    let digits = base64.split_at(base64.len() - padding).0;
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    if let Some(position) = digits.iter().position(|&byte| !is_digit(byte)) {
        return refuse(format!(
            "`{}` is not valid base64: character {} is not one of A-Z, a-z, 0-9, + and /; for a local \
             file use UploadSource::path, for a data URI UploadSource::data_uri",
            excerpt(base64),
            position + 1
        ));
    }
    let is_complete = match padding {
        0 => digits.len() % 4 != 1,
        1 | 2 => base64.len().is_multiple_of(4),
        _ => false,
    };
    if !is_complete {
        return refuse(format!(
            "the base64 is incomplete: it has {} digits and {padding} padding characters; give all of it",
            digits.len()
        ));
    }
    Ok(())
}

/// Returns the start of a string that may be a whole file.
fn excerpt(encoded: &[u8]) -> String {
    const LENGTH: usize = 40;
    let start = String::from_utf8_lossy(encoded.split_at(encoded.len().min(4 * LENGTH)).0);
    let mut shown: String = start.chars().take(LENGTH).collect();
    if shown.len() < start.len() {
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
            Kind::Base64 { name, base64 } => {
                write!(f, "base64({name:?}, {} bytes)", base64.len())
            }
            Kind::DataUri { name, uri } => write!(f, "data_uri({name:?}, {} bytes)", uri.len()),
            Kind::Once {
                what, name, length, ..
            } => write!(f, "{what}({name:?}, {length} bytes)"),
            Kind::Spooled {
                what, name, limit, ..
            } => write!(f, "spooled_{what}({name:?}, up to {limit} bytes)"),
        }
    }
}
