//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::digest::hex;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// Reports that are being written beside their final names.
#[derive(Debug)]
pub struct Staged {
    folder: PathBuf,
    files: Vec<(&'static str, NamedTempFile, String)>,
}

/// One report that is being written; its digest is taken on the way.
#[derive(Debug)]
pub struct StagedFile {
    name: &'static str,
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

impl Staged {
    /// A folder for reports, made where it is missing.
    pub fn new(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), files: Vec::new() })
    }

    /// Begins a report.
    pub fn file(&self, name: &'static str) -> io::Result<StagedFile> {
        let file = tempfile::Builder::new().prefix(".kaohe-").suffix(".tmp").tempfile_in(&self.folder)?;
        Ok(StagedFile { name, file: BufWriter::with_capacity(1 << 20, file), digest: Sha256::new() })
    }

    /// Ends a report.
    pub fn close(&mut self, file: StagedFile) -> io::Result<()> {
        let StagedFile { name, file, digest } = file;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        self.files.push((name, file, hex(&digest.finalize())));
        Ok(())
    }

    /// Names and digests of the reports so far.
    pub fn digests(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.files.iter().map(|(name, _, digest)| (*name, digest.as_str()))
    }

    /// Gives all reports their names, and takes away reports of earlier runs that this one does not write.
    pub fn publish(self, gone: &[&str]) -> Result<Vec<String>, (String, io::Error)> {
        for (name, file, _) in &self.files {
            readable(file.as_file()).map_err(|error| ((*name).to_owned(), error))?;
        }
        let mut names = Vec::with_capacity(self.files.len());
        for (name, file, _) in self.files {
            file.persist(self.folder.join(name)).map_err(|error| (name.to_owned(), error.error))?;
            names.push(name.to_owned());
        }
        for name in gone {
            match fs::remove_file(self.folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(((*name).to_owned(), error)),
                _ => {}
            }
        }
        Ok(names)
    }
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
