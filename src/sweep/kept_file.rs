//! Kept file: a file that is replaced atomically, by one process at a time.

use crate::Error;
use crate::error::FileError;
use crate::sweep::CheckpointError;
use crate::sweep::format::{MAGIC_LENGTH, is_checkpoint};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// A file that only this process may replace, until this is dropped.
#[derive(Debug)]
pub(super) struct KeptFile {
    path: PathBuf,
    /// Locked; the system releases the lock even if the process is killed.
    lock: File,
}

impl Drop for KeptFile {
    fn drop(&mut self) {
        // Closing is not enough: a child process that another thread is starting inherits the open file until its
        // program runs.
        let _ = self.lock.unlock();
    }
}

impl KeptFile {
    /// Locks a second file beside this one. The file itself cannot be locked, because every write replaces it.
    pub(super) fn locked(path: &Path) -> Result<Self, Error> {
        let path = &followed(path);
        let beside = with_ending(path, ".lock")?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&beside)
            .map_err(|error| unwritten(&beside, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::Checkpoint(CheckpointError::InUse {
                path: path.display().to_string(),
                lock: beside.display().to_string(),
            })),
            Err(TryLockError::Error(error)) => Err(unwritten(&beside, &error)),
        }
    }

    /// Its bytes, `None` if there is no such file; only the first few if it is not a checkpoint, since it may be large.
    pub(super) fn content(&self) -> Result<Option<Vec<u8>>, Error> {
        match checkpoint_bytes(&self.path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unread(&self.path, &error)),
        }
    }

    /// Replaces its content atomically: the file holds the old content or the new, and the new one if this succeeds.
    pub(super) fn replace(&self, bytes: &[u8]) -> Result<(), Error> {
        let aside = with_ending(&self.path, ".part")?;
        let written = write_synced(&aside, bytes)
            .and_then(|()| std::fs::rename(&aside, &self.path))
            .and_then(|()| sync_directory(&self.path));
        written.map_err(|error| {
            // A partial file is useless, and the disk may be full.
            let _ = std::fs::remove_file(&aside);
            unwritten(&self.path, &error)
        })
    }
}

/// The bytes of a file that exists; only the first few if it is not a checkpoint.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    checkpoint_bytes(path).map_err(|error| unread(path, &error))
}

fn checkpoint_bytes(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe would block until it has a writer.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    (&mut file).take(MAGIC_LENGTH).read_to_end(&mut bytes)?;
    if is_checkpoint(&bytes) {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn unread(path: &Path, error: &io::Error) -> Error {
    Error::File(FileError::Read {
        what: path.display().to_string(),
        reason: error.to_string(),
    })
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    // Before the rename: if the name reached the disk before the content, a power failure would leave an empty file.
    file.sync_all()
}

/// Forces a rename to the disk, by forcing the directory.
fn sync_directory(path: &Path) -> io::Result<()> {
    // Windows cannot open a directory, and records renames in its journal.
    if cfg!(unix) {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// The largest number of symbolic links that is followed, as in Linux.
const LINKS: usize = 40;

/// The target of a path: renaming onto a symbolic link would replace the link, and its target would not be locked.
fn followed(path: &Path) -> PathBuf {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = std::fs::read_link(&at) else {
            break;
        };
        // A relative target is relative to the directory of the link.
        at = at.parent().unwrap_or(Path::new("")).join(target);
    }
    at
}

/// The path with an ending appended to its file name.
fn with_ending(path: &Path, ending: &str) -> Result<PathBuf, Error> {
    let Some(name) = path.file_name() else {
        return Err(unwritten(path, "it does not name a file"));
    };
    let mut name = name.to_owned();
    name.push(ending);
    Ok(path.with_file_name(name))
}

fn unwritten(path: &Path, reason: impl ToString) -> Error {
    Error::File(FileError::Write {
        what: path.display().to_string(),
        reason: reason.to_string(),
    })
}
