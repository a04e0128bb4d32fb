//! Mean and Ratio: sums of which rows are made, and which can be joined.

/// The mean of those values that exist.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    pub(crate) fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.count += 1;
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.sum += other.sum;
        self.count += other.count;
    }

    /// The mean; `None` without a value, and where the sum is beyond the range of f64.
    pub(crate) fn value(&self) -> Option<f64> {
        let mean = (self.count > 0).then(|| self.sum / self.count as f64)?;
        mean.is_finite().then_some(mean)
    }
}

/// The sum of numerators over the sum of denominators.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Ratio {
    numerator: f64,
    denominator: f64,
}

impl Ratio {
    /// A ratio with the weight of its denominator.
    pub(crate) fn add(&mut self, ratio: Option<f64>, denominator: Option<f64>) {
        if let (Some(ratio), Some(denominator)) = (ratio, denominator) {
            self.numerator += ratio * denominator;
            self.denominator += denominator;
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
    }

    /// The ratio; `None` without a denominator, and where a sum is beyond the range of f64.
    pub(crate) fn value(&self) -> Option<f64> {
        let ratio = (self.denominator > 0.0).then(|| self.numerator / self.denominator)?;
        (ratio.is_finite() && self.denominator.is_finite()).then_some(ratio)
    }
}
