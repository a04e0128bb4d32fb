//! The format of a checkpoint file.
//!
//! Little-endian, in this order:
//!
//! | bytes | |
//! |---|---|
//! | 8 | `hbsweep\n`; a transfer that converts line endings changes it |
//! | 4 | version of the format |
//! | 4, 8, 8 | numbers per member K, members, steps |
//! | 4, 4 | checksums of the initial states and of the states after three steps |
//! | 4, n | length of the label, and the label in UTF-8 |
//! | 1 per block | 1 if it is finished, 0 if not |
//! | 8·K per member | its numbers; zeros if its block is not finished |
//! | 4 | CRC-32 of all preceding bytes |
//!
//! CRC-32 finds every single flipped bit and every burst of up to 32 bits, and misses one in 4·10⁹ of other damage.
//! Every version of the format begins with these twelve bytes and ends with this checksum, which tells a newer file
//! from a damaged one.

use crate::Error;
use crate::ensemble::MEMBERS;
use crate::sweep::CheckpointError;
use crate::sweep::checkpoint::Checkpoint;
use crate::sweep::identity::Identity;
use crc32fast::hash;
use std::path::Path;

pub(super) const MAGIC: [u8; 8] = *b"hbsweep\n";
const VERSION: u32 = 1;

impl Identity {
    /// The bytes of the file.
    pub(super) fn encoded<const K: usize>(&self, checkpoint: &Checkpoint<K>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + self.label.len() + self.body());
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.numbers.to_le_bytes());
        bytes.extend(self.members.to_le_bytes());
        bytes.extend(self.steps.to_le_bytes());
        bytes.extend(self.starts.to_le_bytes());
        bytes.extend(self.probe.to_le_bytes());
        bytes.extend((self.label.len() as u32).to_le_bytes());
        bytes.extend(self.label.as_bytes());
        bytes.extend(checkpoint.finished.iter().map(|is| u8::from(*is)));
        for x in checkpoint.rows.iter().flatten() {
            bytes.extend(x.to_le_bytes());
        }
        let checksum = hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        bytes
    }

    /// The checkpoint of this sweep in the bytes of a file.
    pub(super) fn decoded<const K: usize>(
        &self,
        bytes: &[u8],
        path: &Path,
    ) -> Result<Checkpoint<K>, Error> {
        let shown = || path.display().to_string();
        let damaged = |found: String| {
            Error::Checkpoint(CheckpointError::Damaged {
                path: shown(),
                found,
            })
        };
        let truncated = || damaged(format!("it ends after {} bytes", bytes.len()));
        if !bytes.starts_with(&MAGIC) {
            // A file that ends within the first eight bytes is a truncated checkpoint.
            return Err(match MAGIC.starts_with(bytes) {
                true => truncated(),
                false => Error::Checkpoint(CheckpointError::NotACheckpoint { path: shown() }),
            });
        }
        let (content, checksum) = bytes.split_last_chunk::<4>().ok_or_else(truncated)?;
        let (expected, found) = (u32::from_le_bytes(*checksum), hash(content));
        if expected != found {
            return Err(damaged(format!(
                "its checksum is {expected:08x}, but that of its bytes is {found:08x}"
            )));
        }
        let mut fields = Fields(content.get(MAGIC.len()..).unwrap_or_default());
        let version = u32::from_le_bytes(fields.array().ok_or_else(truncated)?);
        if version != VERSION {
            return Err(Error::Checkpoint(CheckpointError::Version {
                path: shown(),
                found: version,
                read: VERSION,
            }));
        }
        let found = fields.identity().ok_or_else(truncated)?;
        if let Some(what) = self.difference(&found) {
            return Err(Error::Checkpoint(CheckpointError::OtherSweep {
                path: shown(),
                what,
            }));
        }
        if fields.0.len() != self.body() {
            return Err(damaged(format!(
                "{} bytes follow its header, where there should be {}",
                fields.0.len(),
                self.body()
            )));
        }
        let mut checkpoint = Checkpoint::new(self.members as usize);
        for finished in &mut checkpoint.finished {
            let [flag] = fields.array().ok_or_else(truncated)?;
            *finished = flag == 1;
        }
        for x in checkpoint.rows.iter_mut().flatten() {
            *x = f64::from_le_bytes(fields.array().ok_or_else(truncated)?);
        }
        Ok(checkpoint)
    }

    /// Bytes between the label and the checksum.
    fn body(&self) -> usize {
        let members = self.members as usize;
        members.div_ceil(MEMBERS) + 8 * self.numbers as usize * members
    }
}

/// The bytes that have not been read.
struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn identity(&mut self) -> Option<Identity> {
        let numbers = u32::from_le_bytes(self.array()?);
        let members = u64::from_le_bytes(self.array()?);
        let steps = u64::from_le_bytes(self.array()?);
        let starts = u32::from_le_bytes(self.array()?);
        let probe = u32::from_le_bytes(self.array()?);
        let length = u32::from_le_bytes(self.array()?);
        let (label, rest) = self.0.split_at_checked(length as usize)?;
        self.0 = rest;
        Some(Identity {
            numbers,
            members,
            steps,
            starts,
            probe,
            label: String::from_utf8_lossy(label).into_owned(),
        })
    }
}
