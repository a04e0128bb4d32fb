//! A file that a figure is written to.

use std::path::Path;

use crate::error::Error;

/// Writes a file, and creates the directories that its path needs.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let directory = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    directory
        .and_then(|()| std::fs::write(path, content))
        .map_err(|cause| Error::Write {
            path: path.display().to_string(),
            reason: cause.to_string(),
        })
}
