//! The format of a checkpoint file.
//!
//! Little-endian, in this order:
//!
//! | bytes | |
//! |---|---|
//! | 8 | `hbsweep\n`, or `hbshard\n` for a shard; a transfer that converts line endings changes it |
//! | 4 | version of the format |
//! | 4, 4 | only for a shard: which, counted from 0, and the number of shards |
//! | 4, 8, 8 | numbers per member K, members of the whole sweep, steps |
//! | 4, 4 | checksums of the initial states and of the states after three steps, of the whole sweep |
//! | 4, n | length of the label, and the label in UTF-8 |
//! | 1 per block | 1 if it is finished, 0 if not |
//! | 8·K per member | its numbers; zeros if its block is not finished |
//! | 4 | CRC-32 of all preceding bytes |
//!
//! The blocks and members of a shard are its own only. CRC-32 finds every single flipped bit and every burst of up to
//! 32 bits, and misses one in 4·10⁹ of other damage. Every version of the format begins with these twelve bytes and ends
//! with this checksum, which tells a newer file from a damaged one.

use crate::Error;
use crate::sweep::CheckpointError;
use crate::sweep::checkpoint::{Checkpoint, members_of};
use crate::sweep::identity::Identity;
use crate::sweep::part::Part;
use crc32fast::hash;
use std::path::Path;

/// What a file begins with: that of a whole sweep, and that of a shard.
const MAGICS: [[u8; 8]; 2] = [*b"hbsweep\n", *b"hbshard\n"];
/// 1 was that of blocks of 64 members, whose steps were not fused.
const VERSION: u32 = 2;

/// The length of what tells a checkpoint from another file.
pub(super) const MAGIC_LENGTH: u64 = 8;

/// Whether a file that begins with these bytes may be a checkpoint.
pub(super) fn is_checkpoint(start: &[u8]) -> bool {
    MAGICS.iter().any(|magic| start.starts_with(magic))
}

/// What a file holds, its checksum and its length checked.
#[derive(Debug)]
pub(super) struct Content<'b> {
    pub(super) identity: Identity,
    /// One byte per block.
    pub(super) finished: &'b [u8],
    /// 8·K bytes per member.
    pub(super) rows: &'b [u8],
}

impl Identity {
    /// The bytes of the file.
    pub(super) fn encoded<const K: usize>(&self, checkpoint: &Checkpoint<K>) -> Vec<u8> {
        let flags: Vec<u8> = checkpoint.finished.iter().map(|is| u8::from(*is)).collect();
        let rows = checkpoint.rows.iter().flatten();
        let rows: Vec<u8> = rows.flat_map(|x| x.to_le_bytes()).collect();
        self.sealed([&flags], [rows.as_slice()])
    }

    /// The bytes of a file with these flags and rows, each in pieces.
    pub(super) fn sealed<'b>(
        &self,
        finished: impl IntoIterator<Item = &'b (impl AsRef<[u8]> + ?Sized + 'b)>,
        rows: impl IntoIterator<Item = &'b [u8]>,
    ) -> Vec<u8> {
        let [whole, shard] = MAGICS;
        let is_whole = self.part == Part::WHOLE;
        let mut bytes = Vec::new();
        bytes.extend(if is_whole { whole } else { shard });
        bytes.extend(VERSION.to_le_bytes());
        if !is_whole {
            bytes.extend(self.part.index.to_le_bytes());
            bytes.extend(self.part.count.to_le_bytes());
        }
        bytes.extend(self.numbers.to_le_bytes());
        bytes.extend(self.members.to_le_bytes());
        bytes.extend(self.steps.to_le_bytes());
        bytes.extend(self.starts.to_le_bytes());
        bytes.extend(self.probe.to_le_bytes());
        bytes.extend((self.label.len() as u32).to_le_bytes());
        bytes.extend(self.label.as_bytes());
        finished
            .into_iter()
            .for_each(|piece| bytes.extend(piece.as_ref()));
        rows.into_iter().for_each(|piece| bytes.extend(piece));
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
        let content = Content::read(bytes, path)?;
        if let Some(what) = self.difference(&content.identity) {
            return Err(Error::Checkpoint(CheckpointError::OtherSweep {
                path: path.display().to_string(),
                what,
            }));
        }
        let blocks = self.part.blocks(self.members);
        let mut checkpoint = Checkpoint::new(blocks, self.members as usize);
        for (finished, flag) in checkpoint.finished.iter_mut().zip(content.finished) {
            *finished = *flag == 1;
        }
        let (numbers, _) = content.rows.as_chunks::<8>();
        for (x, bytes) in checkpoint.rows.iter_mut().flatten().zip(numbers) {
            *x = f64::from_le_bytes(*bytes);
        }
        Ok(checkpoint)
    }
}

impl<'b> Content<'b> {
    /// What the bytes of the file at `path` hold.
    pub(super) fn read(bytes: &'b [u8], path: &Path) -> Result<Self, Error> {
        let shown = || path.display().to_string();
        let damaged = |found: String| {
            Error::Checkpoint(CheckpointError::Damaged {
                path: shown(),
                found,
            })
        };
        let truncated = || damaged(format!("it ends after {} bytes", bytes.len()));
        if !is_checkpoint(bytes) {
            // A file that ends within the first eight bytes is a truncated checkpoint.
            return Err(match MAGICS.iter().any(|magic| magic.starts_with(bytes)) {
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
        let mut fields = Fields(content);
        let magic: [u8; 8] = fields.array().ok_or_else(truncated)?;
        let version = u32::from_le_bytes(fields.array().ok_or_else(truncated)?);
        if version != VERSION {
            return Err(Error::Checkpoint(CheckpointError::Version {
                path: shown(),
                found: version,
                read: VERSION,
            }));
        }
        let [whole, _] = MAGICS;
        let part = if magic == whole {
            Part::WHOLE
        } else {
            fields.part().ok_or_else(truncated)?
        };
        if part.index >= part.count {
            let Part { index, count } = part;
            return Err(damaged(format!(
                "it says that it is shard {index} of {count}"
            )));
        }
        let identity = fields.identity(part).ok_or_else(truncated)?;
        let (blocks, rows) = lengths(&identity);
        let body = fields.0;
        if blocks as u128 + rows != body.len() as u128 {
            return Err(damaged(format!(
                "{} bytes follow its header, where there should be {}",
                body.len(),
                blocks as u128 + rows
            )));
        }
        let (finished, rows) = body.split_at_checked(blocks).ok_or_else(truncated)?;
        Ok(Self {
            identity,
            finished,
            rows,
        })
    }

    /// The number of blocks that are finished.
    pub(super) fn done(&self) -> usize {
        self.finished.iter().filter(|flag| **flag == 1).count()
    }
}

/// Bytes of the flags and of the rows of a file; a header that lies may ask for more than there are.
fn lengths(identity: &Identity) -> (usize, u128) {
    let blocks = identity.part.blocks(identity.members);
    let members = members_of(
        &blocks,
        usize::try_from(identity.members).unwrap_or(usize::MAX),
    );
    let rows = 8 * u128::from(identity.numbers) * members.len() as u128;
    (blocks.len(), rows)
}

/// The bytes that have not been read.
struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn part(&mut self) -> Option<Part> {
        Some(Part {
            index: u32::from_le_bytes(self.array()?),
            count: u32::from_le_bytes(self.array()?),
        })
    }

    fn identity(&mut self, part: Part) -> Option<Identity> {
        let numbers = u32::from_le_bytes(self.array()?);
        let members = u64::from_le_bytes(self.array()?);
        let steps = u64::from_le_bytes(self.array()?);
        let starts = u32::from_le_bytes(self.array()?);
        let probe = u32::from_le_bytes(self.array()?);
        let length = u32::from_le_bytes(self.array()?);
        let (label, rest) = self.0.split_at_checked(length as usize)?;
        self.0 = rest;
        Some(Identity {
            part,
            numbers,
            members,
            steps,
            starts,
            probe,
            label: String::from_utf8_lossy(label).into_owned(),
        })
    }
}
