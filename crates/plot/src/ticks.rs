//! Ticks: round values along an axis, and their labels.

use crate::numeral;
use crate::offset::Offset;
use crate::scale::Span;

/// A labelled tick.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    /// Where it lies: 0 at the low end of the axis, 1 at the high end.
    pub(crate) share: f64,
    pub(crate) label: String,
}

/// Labelled ticks, and the small ones between them on a logarithmic axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Ticks {
    pub(crate) major: Vec<Tick>,
    /// The places of the small ticks, as shares.
    pub(crate) minor: Vec<f64>,
    /// What the ticks count from, at the end of the axis; empty if they are the values themselves.
    pub(crate) offset: String,
}

impl Ticks {
    /// At most about `most` labelled ticks over `span`.
    pub(crate) fn new(span: Span, most: usize) -> Self {
        let most = most.max(2);
        if span.logarithmic {
            Self::logarithmic(span, most)
        } else {
            Self::linear(span, most)
        }
    }

    /// Multiples of 1, 2 or 5 times a power of ten, from zero or from an offset.
    fn linear(span: Span, most: usize) -> Self {
        let step = round_step((span.high - span.low) / most as f64);
        let offset = Offset::new(span, step);
        let (from, exponent) = offset.map_or((0.0, 0), |offset| (offset.value, offset.exponent));
        // Differences of neighbours are exact: all digits of the ticks are in them.
        let (low, high) = (span.low - from, span.high - from);
        let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
        let count = (last - first).clamp(-1.0, 1000.0) as i64 + 1;
        let shrunk = |value: f64| numeral::shrunk(value, exponent);
        let largest = shrunk(low.abs().max(high.abs()));
        let major = (0..count)
            .map(|index| (first + index as f64) * step)
            .filter_map(|value| {
                Some(Tick {
                    share: span.share_beside(from, value)?,
                    label: numeral::stepped(shrunk(value), shrunk(step), largest),
                })
            })
            .collect();
        Self {
            major,
            minor: Vec::new(),
            offset: offset.map(|offset| offset.text()).unwrap_or_default(),
        }
    }

    /// Powers of ten; with 2 and 5 between them where they are few, or else as on a linear axis.
    fn logarithmic(span: Span, most: usize) -> Self {
        let (low, high) = (span.low.log10(), span.high.log10());
        let (first, last) = ((low - 1e-9).ceil() as i32, (high + 1e-9).floor() as i32);
        let decades = (last - first + 1).max(0) as usize;
        let stride = [1, 2, 3, 5, 10, 20, 50, 100]
            .into_iter()
            .find(|stride| decades.div_ceil(*stride) <= most)
            .unwrap_or(200) as i32;
        let multiples = |factors: &[i32]| -> Vec<(i32, i32)> {
            (first - 1..=last)
                .flat_map(|exponent| factors.iter().map(move |&factor| (factor, exponent)))
                .filter(|&(factor, exponent)| {
                    span.contains(f64::from(factor) * 10_f64.powi(exponent))
                })
                .collect()
        };
        let value = |(factor, exponent): (i32, i32)| f64::from(factor) * 10_f64.powi(exponent);
        let minor = if stride == 1 {
            multiples(&[2, 3, 4, 5, 6, 7, 8, 9])
        } else {
            multiples(&[1])
        };
        let powers: Vec<_> = multiples(&[1])
            .into_iter()
            .filter(|(_, exponent)| exponent.rem_euclid(stride) == 0)
            .collect();
        let labelled = [(powers, 2), (multiples(&[1, 2, 5]), 3)]
            .into_iter()
            .find(|(ticks, least)| ticks.len() >= *least);
        let Some((labelled, _)) = labelled else {
            return Self::linear(span, most);
        };
        let share = |tick| span.share(value(tick));
        let major = labelled
            .into_iter()
            .filter_map(|tick| {
                Some(Tick {
                    share: share(tick)?,
                    label: numeral::power(tick.0, tick.1),
                })
            })
            .collect();
        Self {
            major,
            minor: minor.into_iter().filter_map(share).collect(),
            offset: String::new(),
        }
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, logarithmic: bool, most: usize) -> Vec<String> {
        let span = Span::new(low, high, logarithmic, String::new).unwrap();
        let ticks = Ticks::new(span, most);
        ticks.major.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn linear_ticks_are_round_with_equal_decimals() {
        assert_eq!(
            labels(-1.5, 1.5, false, 7),
            ["−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5"]
        );
        assert_eq!(
            labels(-3.2, 103.0, false, 6),
            ["0", "20", "40", "60", "80", "100"]
        );
        assert_eq!(
            labels(0.0, 0.01, false, 5),
            ["0.000", "0.002", "0.004", "0.006", "0.008", "0.010"]
        );
    }

    #[test]
    fn very_large_and_very_small_values_are_given_in_powers_of_ten() {
        assert_eq!(labels(0.0, 2e6, false, 2), ["0", "1×10⁶", "2×10⁶"]);
        assert_eq!(
            labels(-2e-7, 2e-7, false, 4),
            ["−2×10⁻⁷", "−1×10⁻⁷", "0", "1×10⁻⁷", "2×10⁻⁷"]
        );
        assert_eq!(labels(0.0, 2e-310, false, 2).len(), 3);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        assert_eq!(
            labels(1e-3, 1e1, true, 8),
            ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]
        );
        assert_eq!(
            labels(1e-12, 1.0, true, 5),
            ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"]
        );
    }

    #[test]
    fn minor_ticks_lie_between_the_powers() {
        let span = Span::new(1.0, 100.0, true, String::new).unwrap();
        let minor = Ticks::new(span, 8).minor;
        assert_eq!(minor.len(), 16);
        for value in [2.0_f64, 90.0] {
            let share = value.log10() / 2.0;
            assert!(
                minor.iter().any(|minor| (minor - share).abs() < 1e-12),
                "{minor:?}"
            );
        }
    }

    #[test]
    fn less_than_a_decade_still_has_labels() {
        assert_eq!(labels(1.5, 12.0, true, 6), ["2×10⁰", "5×10⁰", "10¹"]);
        assert_eq!(labels(3.0, 7.2, true, 6), ["3", "4", "5", "6", "7"]);
    }

    /// A label as a number, read without the code that wrote it.
    fn number(label: &str) -> f64 {
        let plain: String = label
            .replace("×10", "e")
            .chars()
            .map(|letter| match letter {
                '−' | '⁻' => '-',
                '¹' => '1',
                '²' => '2',
                '³' => '3',
                _ => "⁰⁴⁵⁶⁷⁸⁹"
                    .chars()
                    .zip("0456789".chars())
                    .find_map(|(raised, digit)| (raised == letter).then_some(digit))
                    .unwrap_or(letter),
            })
            .collect();
        plain.parse().unwrap()
    }

    #[test]
    fn an_offset_and_a_tick_give_the_value_at_the_tick() {
        for (low, high, logarithmic) in [
            (1.0 - 4e-10, 1.0 + 4e-10, false),
            (-1.0 - 4e-10, -1.0 + 4e-10, false),
            (-0.250_000_3, -0.250_000_1, false),
            (123_456_700.0, 123_456_789.0, false),
            (6.02e23, 6.020_001e23, false),
            (-7e-200, -6.999_999_99e-200, false),
            (1.0, 1.0 + 1e-14, false),
            (1.0 - 4e-10, 1.0 + 4e-10, true),
        ] {
            let span = Span::new(low, high, logarithmic, String::new).unwrap();
            let ticks = Ticks::new(span, 6);
            let (from, unit) = ticks.offset.split_once(" + …").unwrap();
            let (from, unit) = (
                number(from),
                if unit.is_empty() {
                    1.0
                } else {
                    number(&format!("1{unit}"))
                },
            );
            assert!(ticks.major.len() >= 3, "{ticks:?}");
            for tick in &ticks.major {
                assert!(tick.label.chars().count() <= 5, "{ticks:?}");
                let shown = (from - low) + number(&tick.label) * unit;
                let lies = tick.share * (high - low);
                assert!(
                    (shown - lies).abs() < 1e-6 * (high - low),
                    "{ticks:?} {shown} {lies}"
                );
            }
            let distinct: std::collections::HashSet<&str> =
                ticks.major.iter().map(|tick| tick.label.as_str()).collect();
            assert_eq!(distinct.len(), ticks.major.len(), "{ticks:?}");
        }
    }

    #[test]
    fn ticks_around_one_count_from_it() {
        assert_eq!(
            labels(1.0 - 4e-10, 1.0 + 4e-10, false, 5),
            ["−4", "−2", "0", "2", "4"]
        );
    }
}
