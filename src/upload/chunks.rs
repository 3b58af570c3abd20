//! Streams of the bytes of a source.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

use super::regular;
use super::snapshot::{Recorder, SnapshotCell};

/// The size of a chunk in bytes. Reads of this size are as fast as the disk. Reads of a few KiB
/// take ten times as long.
pub(super) const CHUNK_SIZE: usize = 256 * 1024;

pub(super) type ChunkStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Bytes in memory. Chunks keep a large buffer from being handed over at once.
pub(super) struct BytesStream(pub(super) Bytes);

impl Stream for BytesStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.0.len().min(CHUNK_SIZE);
        Poll::Ready(Some(Ok(self.0.split_to(length))))
    }
}

/// The chunks of a blocking reader. The runtime's blocking threads read one chunk ahead of the
/// connection. No thread waits for the connection.
pub(super) struct BlockingReaderStream<R> {
    state: State<R>,
    read: fn(&mut R) -> io::Result<Chunk>,
}

enum State<R> {
    Idle(R),
    Reading(JoinHandle<(R, io::Result<Chunk>)>),
    Read(R, Chunk),
    Ended,
}

pub(super) struct Chunk {
    bytes: Bytes,
    is_last: bool,
}

/// A file that is read from its start.
pub(super) struct LocalFile {
    file: File,
    /// Records what is read, and receives the snapshot.
    recorder: Option<(Recorder, SnapshotCell)>,
}

impl BlockingReaderStream<LocalFile> {
    /// Opens a file, reads its first chunk, and returns its length. `None` if it is not a regular
    /// file.
    pub(super) fn open(
        path: &Path,
        snapshot: Option<SnapshotCell>,
    ) -> io::Result<Option<(Self, u64)>> {
        let Some(file) = regular::read(path)? else {
            return Ok(None);
        };
        let length = file.metadata()?.len();
        let capacity =
            usize::try_from(length).map_or(CHUNK_SIZE, |length| CHUNK_SIZE.min(length + 1));
        let recorder = match snapshot {
            Some(snapshot) => Some((Recorder::new(&file)?, snapshot)),
            None => None,
        };
        let mut file = LocalFile { file, recorder };
        let first = fill(&mut file, capacity)?;
        let stream = Self {
            state: State::Read(file, first),
            read: |file| fill(file, CHUNK_SIZE),
        };
        Ok(Some((stream, length)))
    }
}

impl<R: Read + Send + 'static> BlockingReaderStream<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            state: State::Idle(reader),
            read: read_once,
        }
    }
}

impl<R: Send + 'static> BlockingReaderStream<R> {
    fn start(&self, mut reader: R) -> State<R> {
        let read = self.read;
        State::Reading(spawn_blocking(move || {
            let chunk = read(&mut reader);
            (reader, chunk)
        }))
    }
}

impl<R: Send + Unpin + 'static> Stream for BlockingReaderStream<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let State::Reading(job) = &mut self.state {
                let result = ready!(Pin::new(job).poll(cx));
                self.state = match result {
                    Ok((reader, Ok(chunk))) => State::Read(reader, chunk),
                    Ok((_, Err(error))) => return self.fail(error),
                    Err(error) => return self.fail(io::Error::other(error)),
                };
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Read(_, chunk) if chunk.bytes.is_empty() => return Poll::Ready(None),
                State::Read(reader, chunk) => {
                    if !chunk.is_last {
                        self.state = self.start(reader);
                    }
                    return Poll::Ready(Some(Ok(chunk.bytes)));
                }
                State::Idle(reader) => self.state = self.start(reader),
                State::Reading(_) | State::Ended => return Poll::Ready(None),
            }
        }
    }
}

impl<R> BlockingReaderStream<R> {
    fn fail(&mut self, error: io::Error) -> Poll<Option<io::Result<Bytes>>> {
        self.state = State::Ended;
        Poll::Ready(Some(Err(error)))
    }
}

/// Reads a chunk of this capacity. Unlike other readers, a file doesn't wait for data.
fn fill(source: &mut LocalFile, capacity: usize) -> io::Result<Chunk> {
    let mut buffer = Vec::with_capacity(capacity);
    let file = &mut source.file;
    file.take(capacity as u64).read_to_end(&mut buffer)?;
    let is_last = buffer.len() < capacity;
    if let Some((recorder, snapshot)) = &mut source.recorder {
        recorder.update(&buffer);
        if is_last {
            snapshot.put(recorder.snapshot());
        }
    }
    Ok(Chunk {
        is_last,
        bytes: buffer.into(),
    })
}

/// Reads once. Another read to fill the chunk could wait for data.
fn read_once(reader: &mut impl Read) -> io::Result<Chunk> {
    let mut buffer = vec![0; CHUNK_SIZE];
    loop {
        match reader.read(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Ok(Chunk {
                    is_last: buffer.is_empty(),
                    bytes: buffer.into(),
                });
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
