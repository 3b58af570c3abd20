//! Sources of unknown length, which are read to the end before the request.

use std::fs::File;
use std::future::poll_fn;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::OnceCell;
use tokio::task::{consume_budget, spawn_blocking};
use tokio::time::{Instant, timeout};

use super::chunks::{BlockingReaderStream, BytesStream, CHUNK_SIZE, ChunkStream};
use super::panics;
use super::source::{refuse, unreadable};
use crate::error::{Error, ErrorKind};

/// The content of a source. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Spool(Arc<OnceCell<Spooled>>);

/// A source after it was read to its end.
pub(super) enum Spooled {
    /// A small source.
    Memory(Bytes),
    File {
        file: SharedFile,
        length: u64,
    },
}

/// The largest size of a source, and the longest time without data.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) bytes: u64,
    pub(super) stall_timeout: Duration,
}

impl Spool {
    /// Reads the source to its end, once. `what` names it in errors.
    pub(super) async fn fill(
        &self,
        what: &str,
        limits: Limits,
        take: impl FnOnce() -> Option<ChunkStream>,
    ) -> Result<&Spooled, Error> {
        let read = || async {
            match take() {
                Some(chunks) => read(what, chunks, limits).await,
                None => refuse(format!(
                    "another upload read a part of {what}, which can be read once; give a new source"
                )),
            }
        };
        self.0.get_or_try_init(read).await
    }
}

impl Spooled {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }

    /// Returns the content from its start.
    pub(super) fn chunks(&self) -> ChunkStream {
        match self {
            Self::Memory(bytes) => Box::pin(BytesStream(bytes.clone())),
            Self::File { file, .. } => Box::pin(BlockingReaderStream::new(Reader {
                file: file.clone(),
                position: 0,
            })),
        }
    }
}

/// A temporary file that several uploads may read. The system deletes it when it is closed.
type SharedFile = Arc<Mutex<File>>;

struct Reader {
    file: SharedFile,
    position: u64,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Another reader may have moved the position of the file.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.position))?;
        let length = file.read(buffer)?;
        self.position += length as u64;
        Ok(length)
    }
}

async fn read(what: &str, mut chunks: ChunkStream, limits: Limits) -> Result<Spooled, Error> {
    let mut file = None;
    let mut buffer = Vec::new();
    let mut length = 0_u64;
    let mut last = Instant::now();
    loop {
        // A source that is always ready would block other tasks, and a cancellation.
        consume_budget().await;
        let next = poll_fn(|cx| match panics::catch(|| chunks.as_mut().poll_next(cx)) {
            Ok(next) => next,
            Err(panic) => Poll::Ready(Some(Err(io::Error::other(format!("it {panic}"))))),
        });
        let left = limits.stall_timeout.saturating_sub(last.elapsed());
        let next = match left.is_zero() {
            true => None,
            false => timeout(left, next).await.ok(),
        };
        let Some(next) = next else {
            let message = format!(
                "{what} stalled for {:?} (`stall_timeout`) after {length} bytes; nothing was sent",
                limits.stall_timeout
            );
            return Err(Error::new(ErrorKind::Timeout, message));
        };
        let Some(chunk) = next else {
            break;
        };
        let chunk = chunk.map_err(|error| unreadable(&what, error))?;
        if chunk.is_empty() {
            continue;
        }
        last = Instant::now();
        length = length.saturating_add(chunk.len() as u64);
        if length > limits.bytes {
            let message = format!(
                "{what} is longer than {} bytes; raise the limit, or use a source of known length",
                limits.bytes
            );
            return Err(Error::invalid_input("spool_limit", message));
        }
        buffer.extend_from_slice(&chunk);
        if buffer.len() > CHUNK_SIZE {
            file = Some(write(file, std::mem::take(&mut buffer)).await?);
        }
    }
    if length == 0 {
        return refuse(format!("{what} is empty"));
    }
    let Some(file) = file else {
        return Ok(Spooled::Memory(buffer.into()));
    };
    let file = write(Some(file), buffer).await?;
    Ok(Spooled::File {
        file: Arc::new(Mutex::new(file)),
        length,
    })
}

/// Appends to the file, or to a new temporary file.
async fn write(file: Option<File>, bytes: Vec<u8>) -> Result<File, Error> {
    let writing = spawn_blocking(move || {
        let mut file = file.map_or_else(temporary, Ok)?;
        file.write_all(&bytes)?;
        Ok(file)
    });
    let written = writing
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)));
    written.map_err(|error| {
        let message =
            format!("the temporary file for a source of unknown length cannot be written: {error}");
        Error::new(ErrorKind::Io, message).with_source(error)
    })
}

/// Creates a temporary file without a name, which only its owner may read.
fn temporary() -> io::Result<File> {
    let file = tempfile::tempfile()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}
