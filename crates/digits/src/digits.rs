//! Digits: the images, in a training and a test set.

use crate::{Error, Network};

/// Images as rows of 64 pixels between 0 and 1, with their digits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// 64 pixels for each row, from the top left.
    pub images: Vec<f32>,
    /// The digit of each row.
    pub labels: Vec<u32>,
}

impl Rows {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The rows of these numbers, in their order; numbers beyond the last row are left out.
    pub fn select(&self, numbers: &[usize]) -> Self {
        let mut selected = Self::default();
        for &number in numbers {
            let pixels = number * Network::PIXELS..(number + 1) * Network::PIXELS;
            if let (Some(image), Some(&label)) = (self.images.get(pixels), self.labels.get(number))
            {
                selected.images.extend_from_slice(image);
                selected.labels.push(label);
            }
        }
        selected
    }

    /// The mean cross-entropy, −Σ ln p of the digit, and the share of rows whose largest output is that of the digit.
    ///
    /// `outputs` are ten numbers for each row, from which p is by the softmax.
    ///
    /// # Errors
    /// [`Error::Outputs`] if there are not ten for each row, and [`Error::Label`].
    pub fn score(&self, outputs: &[f32]) -> Result<Score, Error> {
        if outputs.len() != Network::CLASSES * self.len() || self.is_empty() {
            return Err(Error::Outputs {
                rows: self.len(),
                outputs: outputs.len(),
            });
        }
        let (mut loss, mut right) = (0.0, 0);
        for (row, &label) in outputs.chunks(Network::CLASSES).zip(&self.labels) {
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f64 = row.iter().map(|z| f64::from(z - largest).exp()).sum();
            let of_label = *row.get(label as usize).ok_or(Error::Label { label })?;
            loss += sum.ln() - f64::from(of_label - largest);
            right += usize::from(of_label == largest);
        }
        Ok(Score {
            loss: loss / self.len() as f64,
            accuracy: right as f64 / self.len() as f64,
        })
    }
}

/// How well a network does on a set of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The mean cross-entropy.
    pub loss: f64,
    /// The share of the rows that are right.
    pub accuracy: f64,
}

/// The 1797 images: every fifth is of the test set.
#[derive(Debug, Clone, PartialEq)]
pub struct Digits {
    /// 1438 images to train on.
    pub training: Rows,
    /// 359 images to test on.
    pub test: Rows,
}

impl Digits {
    /// Reads the images, which are part of the program.
    ///
    /// # Errors
    /// [`Error::Data`] with the line that is not 64 pixels of 0 to 16 and a digit.
    ///
    /// ```
    /// let digits = heavyball_digits::Digits::read()?;
    /// assert_eq!((digits.training.len(), digits.test.len()), (1438, 359));
    /// # Ok::<(), heavyball_digits::Error>(())
    /// ```
    pub fn read() -> Result<Self, Error> {
        let (mut training, mut test) = (Rows::default(), Rows::default());
        for (number, line) in include_str!("../data/digits.csv").lines().enumerate() {
            let wrong = || Error::Data { line: number + 1 };
            let mut values = Vec::with_capacity(Network::PIXELS + 1);
            for value in line.split(',') {
                values.push(value.parse::<u8>().map_err(|_| wrong())?);
            }
            let rows = if number % 5 == 4 {
                &mut test
            } else {
                &mut training
            };
            match values.split_last() {
                Some((&label, pixels)) if pixels.len() == Network::PIXELS && label < 10 => {
                    rows.labels.push(label.into());
                    let grey = |&pixel: &u8| f32::from(pixel) / 16.0;
                    rows.images.extend(pixels.iter().map(grey));
                }
                _ => return Err(wrong()),
            }
        }
        Ok(Self { training, test })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts of each digit that the repository publishes with the data, and pixels between 0 and 1.
    #[test]
    fn as_published() -> Result<(), Error> {
        let Digits { training, test } = Digits::read()?;
        let mut counts = [0; 10];
        for &label in training.labels.iter().chain(&test.labels) {
            counts[label as usize] += 1;
        }
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        let pixels = || training.images.iter().chain(&test.images);
        assert_eq!(pixels().count(), 1797 * 64);
        assert!(pixels().all(|pixel| (0.0..=1.0).contains(pixel)));
        Ok(())
    }

    /// Equal outputs have the loss ln 10; a large one for the digit has none.
    #[test]
    fn loss_of_known_outputs() -> Result<(), Error> {
        let rows = Rows {
            images: vec![0.0; 128],
            labels: vec![3, 7],
        };
        let even = rows.score(&[0.5; 20])?;
        assert!((even.loss - 10.0_f64.ln()).abs() < 1e-15);
        let mut outputs = [0.0; 20];
        (outputs[3], outputs[11]) = (60.0, 2.0);
        let one_wrong = rows.score(&outputs)?;
        // ln(9 + e²) for the second row.
        let loss = 0.5 * (9.0 + 2.0_f64.exp()).ln();
        assert!((one_wrong.loss - loss).abs() < 1e-15);
        assert_eq!(one_wrong.accuracy, 0.5);
        assert!(rows.score(&[0.0; 19]).is_err());
        let wrong = Rows {
            labels: vec![3, 10],
            ..rows
        };
        let refused = wrong.score(&[0.0; 20]);
        assert!(matches!(refused, Err(Error::Label { label: 10 })));
        Ok(())
    }
}
