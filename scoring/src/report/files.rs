//! Files that appear whole or not at all.
//!
//! Each is written beside its final name and renamed when all are complete. A rename takes the place of a link and
//! never follows it, and the folder within the folder of reports may be none, so that nothing outside is written to.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use crate::digest::hex;
use crate::report::tasks::Rows;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// How the names of files begin and end that are being written.
const PREFIX: &str = ".kaohe-";
const SUFFIX: &str = ".tmp";

/// Reports that are being written beside their final names.
#[derive(Debug)]
pub struct Staged {
    folder: PathBuf,
    /// Whether the folder was made for them, and nothing is in it yet.
    made: bool,
    files: Vec<(String, NamedTempFile, String)>,
}

/// One report that is being written; its digest is taken on the way.
#[derive(Debug)]
pub struct StagedFile {
    name: String,
    file: BufWriter<NamedTempFile>,
    digest: Sha256,
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Bytes that are gathered before they are written. Longer pieces, as rows come in, are written as they are.
const GATHERED: usize = 1 << 16;

impl Rows for StagedFile {
    fn write(&mut self, rows: &[u8]) -> io::Result<()> {
        self.write_all(rows)
    }

    fn start_over(&mut self) -> io::Result<()> {
        self.file.rewind()?;
        self.digest = Sha256::new();
        self.file.get_ref().as_file().set_len(0)
    }
}

impl Staged {
    /// A folder for reports, made where it is missing. What runs that were killed left in it is cleared away.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let made = !folder.exists();
        fs::create_dir_all(folder)?;
        clear_stale(folder);
        Ok(Self { folder: folder.to_owned(), made, files: Vec::new() })
    }

    /// Begins a report; its name may have a folder in it.
    pub fn file(&self, name: &str) -> io::Result<StagedFile> {
        let file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(&self.folder)?;
        // Says to other runs that it is being written. Where files cannot be locked it is left alone all the same.
        let _ = file.as_file().try_lock();
        Ok(StagedFile { name: name.to_owned(), file: BufWriter::with_capacity(GATHERED, file), digest: Sha256::new() })
    }

    /// Ends a report.
    pub fn close(&mut self, file: StagedFile) -> io::Result<()> {
        let StagedFile { name, file, digest } = file;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        self.files.push((name, file, hex(&digest.finalize())));
        Ok(())
    }

    /// Names and digests of the reports so far.
    pub fn digests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, _, digest)| (name.as_str(), digest.as_str()))
    }

    /// Gives all reports their names, and takes away reports of earlier runs that this one does not write.
    pub fn publish(mut self, gone: &[String]) -> Result<Vec<String>, (String, io::Error)> {
        for (name, file, _) in &self.files {
            let ready = self.folder_of(name, true).and_then(|()| readable(file.as_file()));
            ready.map_err(|error| (name.clone(), error))?;
        }
        for name in gone {
            self.folder_of(name, false).map_err(|error| (name.clone(), error))?;
        }
        let mut names = Vec::with_capacity(self.files.len());
        self.made = false;
        for (name, file, _) in std::mem::take(&mut self.files) {
            file.persist(self.folder.join(&name)).map_err(|error| (name.clone(), error.error))?;
            names.push(name);
        }
        for name in gone {
            let path = self.folder.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err((name.clone(), error)),
                _ => {}
            }
            if let Some(within) = path.parent().filter(|within| *within != self.folder) {
                // A folder that is not empty stays: what is in it is not ours.
                let _ = fs::remove_dir(within);
            }
        }
        Ok(names)
    }

    /// Sees to it that the folder within which a report stands is a folder, and makes it where it is `wanted`.
    fn folder_of(&self, name: &str, wanted: bool) -> io::Result<()> {
        let Some(within) = Path::new(name).parent().filter(|within| !within.as_os_str().is_empty()) else {
            return Ok(());
        };
        let path = self.folder.join(within);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => Ok(()),
            Ok(_) => Err(io::Error::other(format!("`{}` is no folder, or a link to one", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound && wanted => fs::create_dir(&path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// A run that fails leaves no folder that it made.
impl Drop for Staged {
    fn drop(&mut self) {
        self.files.clear();
        if self.made {
            // A folder that is not empty stays: what is in it is not ours.
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

/// Removes the unfinished files of runs that were killed: a file that a run is writing is locked by it.
fn clear_stale(folder: &Path) {
    // What cannot be looked at or removed harms nobody.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) && is_unlocked(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_unlocked(path: &Path) -> bool {
    OpenOptions::new().write(true).open(path).is_ok_and(|file| file.try_lock().is_ok())
}

/// Temporary files are private; reports are for everyone whom the folder is for.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
