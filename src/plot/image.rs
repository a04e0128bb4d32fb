//! The finished picture in memory.

use std::path::Path;

use image::{ColorType, ImageFormat};

use super::Color;
use crate::Error;

/// A picture in memory, eight bits for each of red, green and blue.
///
/// ```
/// use heavyball::plot::{Color, Figure, Line, Panel};
///
/// let panel = Panel::new().layer(Line::new("", [(0.0, 0.0), (1.0, 1.0)]));
/// let image = Figure::new("").size(320, 240).panel(panel).render()?;
/// assert_eq!((image.width(), image.height()), (320, 240));
/// assert_eq!(image.pixel(0, 0), Some(Color::WHITE));
/// assert_eq!(image.pixel(320, 0), None);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

impl Image {
    /// The image whose pixels are the means over squares of `scale` by `scale` pixels of `large`.
    pub(super) fn averaged(
        large: &[u8],
        (width, height): (u32, u32),
        scale: usize,
    ) -> Option<Self> {
        let row = 3 * width as usize;
        if row == 0 || scale == 0 || large.len() != row * height as usize * scale * scale {
            return None;
        }
        let area = (scale * scale) as u32;
        let mut bytes = Vec::with_capacity(row * height as usize);
        for rows in large.chunks_exact(row * scale * scale) {
            let mut sums = vec![0_u32; row];
            for line in rows.chunks_exact(row * scale) {
                for (sum, square) in sums.chunks_exact_mut(3).zip(line.chunks_exact(3 * scale)) {
                    for pixel in square.chunks_exact(3) {
                        for (total, &part) in sum.iter_mut().zip(pixel) {
                            *total += u32::from(part);
                        }
                    }
                }
            }
            bytes.extend(sums.iter().map(|sum| ((sum + area / 2) / area) as u8));
        }
        Some(Self {
            width,
            height,
            bytes,
        })
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Red, green and blue of each pixel, row by row from the top left.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The colour of one pixel, counted from the top left; `None` outside.
    #[must_use]
    pub fn pixel(&self, column: u32, row: u32) -> Option<Color> {
        if column >= self.width {
            return None;
        }
        let start = 3 * (row as usize * self.width as usize + column as usize);
        match self.bytes.get(start..start + 3) {
            Some(&[red, green, blue]) => Some(Color::rgb(red, green, blue)),
            _ => None,
        }
    }

    /// Writes a PNG, and the directories that it needs.
    ///
    /// # Errors
    ///
    /// [`Error::Figure`] if a directory or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let failed = |reason: String| Error::Figure {
            path: path.display().to_string(),
            reason,
        };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|cause| failed(cause.to_string()))?;
        }
        image::save_buffer_with_format(
            path,
            &self.bytes,
            self.width,
            self.height,
            ColorType::Rgb8,
            ImageFormat::Png,
        )
        .map_err(|cause| failed(cause.to_string()))
    }
}
