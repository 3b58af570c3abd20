use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use reqwest::Body;
use reqwest::multipart::Part;
use tokio_util::io::ReaderStream;

use crate::error::{Error, ErrorKind};

/// Reads of this size are as fast as the disk; reqwest's own file part takes a tenth of that speed.
const READ_SIZE: usize = 256 * 1024;

/// Where the bytes of an upload come from. Each kind has a constructor of its own, so that a path is never sent as text
/// nor a text taken for a path.
#[derive(Clone)]
pub struct UploadSource(Kind);

#[derive(Clone)]
enum Kind {
    Bytes { name: String, bytes: Bytes },
    Path(PathBuf),
    Url(String),
}

impl UploadSource {
    /// Bytes in memory, with the file's name.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes {
            name: name.into(),
            bytes: bytes.into(),
        })
    }

    /// A file on disk. It is read in pieces while it is sent.
    pub fn path(path: impl AsRef<Path>) -> Self {
        Self(Kind::Path(path.as_ref().to_owned()))
    }

    /// An `http` or `https` URL that ImageKit fetches itself. The remote server must answer within 8 seconds.
    pub fn url(url: impl Into<String>) -> Self {
        Self(Kind::Url(url.into()))
    }

    /// The name that the source has by itself.
    pub(super) fn file_name(&self) -> Option<String> {
        match &self.0 {
            Kind::Bytes { name, .. } => Some(name.clone()),
            Kind::Path(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
            Kind::Url(url) => {
                let path = url.split(['?', '#']).next()?;
                let (_, rest) = path.split_once("://")?;
                let (_, name) = rest.rsplit_once('/')?;
                Some(name.to_owned())
            }
        }
    }

    /// The part `file` of the form.
    pub(super) async fn into_part(self, name: &str) -> Result<Part, Error> {
        match self.0 {
            Kind::Bytes { bytes, .. } => {
                if bytes.is_empty() {
                    return Err(empty("the bytes to upload are empty"));
                }
                let length = bytes.len() as u64;
                file_part(Body::from(bytes), length, name)
            }
            Kind::Path(path) => {
                let unreadable = |error: std::io::Error| {
                    Error::new(
                        ErrorKind::Io,
                        format!("{} cannot be read: {error}", path.display()),
                    )
                    .with_source(error)
                };
                let file = tokio::fs::File::open(&path).await.map_err(unreadable)?;
                let metadata = file.metadata().await.map_err(unreadable)?;
                if metadata.is_dir() {
                    return Err(Error::invalid_input(
                        "file",
                        format!("{} is a directory; give the path of a file", path.display()),
                    ));
                }
                if metadata.len() == 0 {
                    return Err(empty(format!("{} is empty", path.display())));
                }
                let stream = ReaderStream::with_capacity(file, READ_SIZE);
                file_part(Body::wrap_stream(stream), metadata.len(), name)
            }
            Kind::Url(url) => {
                if !url.starts_with("http://") && !url.starts_with("https://") {
                    return Err(Error::invalid_input(
                        "file",
                        format!(
                            "`{url}` is no http or https URL; for a local file use UploadSource::path"
                        ),
                    ));
                }
                Ok(Part::text(url))
            }
        }
    }
}

fn file_part(body: Body, length: u64, name: &str) -> Result<Part, Error> {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    Part::stream_with_length(body, length)
        .file_name(name.to_owned())
        .mime_str(kind.essence_str())
        .map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the content type cannot be sent")
                .with_source(error)
        })
}

fn empty(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::invalid_input("file", message)
}

impl fmt::Debug for UploadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Bytes { name, bytes } => write!(f, "bytes({name:?}, {} bytes)", bytes.len()),
            Kind::Path(path) => write!(f, "path({path:?})"),
            Kind::Url(url) => write!(f, "url({url:?})"),
        }
    }
}
