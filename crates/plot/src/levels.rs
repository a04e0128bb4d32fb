//! The levels of contour lines.

use crate::scale::Span;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Levels {
    /// About this many, at round values.
    About(usize),
    /// Exactly these.
    At(Vec<f64>),
}

impl Levels {
    /// The levels from low to high, for values that fill `span`.
    pub(crate) fn values(&self, span: Span) -> Vec<f64> {
        let count = match self {
            Self::At(levels) => {
                let mut levels = levels.clone();
                levels.retain(|level| level.is_finite());
                levels.sort_by(f64::total_cmp);
                return levels;
            }
            Self::About(count) => (*count).clamp(1, 500) as f64,
        };
        if span.logarithmic {
            return (0..count as usize)
                .map(|index| (index as f64 + 0.5) / count)
                .map(|share| span.low * (span.high / span.low).powf(share))
                .collect();
        }
        let step = nearest_step(span.length() / count);
        let (first, last) = ((span.low / step).ceil(), (span.high / step).floor());
        (0..=(last - first).clamp(0.0, 1000.0) as usize)
            .map(|index| (first + index as f64) * step)
            .collect()
    }
}

/// The step with one or two digits that is nearest, so that the levels are values one can name.
fn nearest_step(wanted: f64) -> f64 {
    let power = 10_f64.powf(wanted.log10().floor());
    [1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .min_by(|one, other| {
            let far = |step: f64| (step / wanted).ln().abs();
            far(*one).total_cmp(&far(*other))
        })
        .unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_round_and_about_as_many_as_asked() {
        let span = Span::new(-1.0, 2.8125, false, String::new).unwrap();
        let levels = Levels::About(30).values(span);
        assert!((25..=36).contains(&levels.len()), "{}", levels.len());
        assert!(levels.contains(&0.0), "{levels:?}");
    }

    #[test]
    fn logarithmic_levels_have_equal_ratios() {
        let span = Span::new(1e-2, 1e2, true, String::new).unwrap();
        let levels = Levels::About(8).values(span);
        assert_eq!(levels.len(), 8);
        for pair in levels.windows(2) {
            assert!((pair[1] / pair[0] - 10_f64.sqrt()).abs() < 1e-9);
        }
    }

    #[test]
    fn levels_asked_for_are_taken_in_order() {
        let span = Span::new(0.0, 1.0, false, String::new).unwrap();
        let levels = Levels::At(vec![0.5, f64::NAN, 0.1]).values(span);
        assert_eq!(levels, [0.1, 0.5]);
    }
}
