//! Regular files, and nothing else.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file with these options; `None` for what is not a regular file, such as a directory, a pipe or a device.
///
/// To open a pipe would wait for its other end, and to open a device may change it. So the path is looked at first; and because
/// something else may be at the path by then, the file is opened without waiting, and what was opened is looked at, too.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<Option<File>> {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Ok(None),
        // It may be created.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path)?;
    let is_regular = file.metadata()?.is_file();
    Ok(is_regular.then_some(file))
}

/// Opens a file for reading.
pub(super) fn read(path: &Path) -> io::Result<Option<File>> {
    open(path, OpenOptions::new().read(true))
}
