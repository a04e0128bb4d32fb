//! Ticks: round values along an axis, and their labels.

use super::scale::Span;

/// Labelled ticks, and the small ones between them on a logarithmic axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Ticks {
    pub(super) major: Vec<(f64, String)>,
    pub(super) minor: Vec<f64>,
}

impl Ticks {
    /// At most about `most` labelled ticks over `span`.
    pub(super) fn new(span: Span, most: usize) -> Self {
        let most = most.max(2);
        if span.logarithmic {
            Self::logarithmic(span, most)
        } else {
            Self::linear(span, most)
        }
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    fn linear(span: Span, most: usize) -> Self {
        let step = round_step((span.high - span.low) / most as f64);
        let (first, last) = (
            (span.low / step - 1e-9).ceil(),
            (span.high / step + 1e-9).floor(),
        );
        let count = (last - first).clamp(-1.0, 1000.0) as i64 + 1;
        let values: Vec<f64> = (0..count)
            .map(|index| (first + index as f64) * step)
            .collect();
        let largest = span.low.abs().max(span.high.abs());
        let major = values
            .into_iter()
            .map(|value| (value, label(value, step, largest)))
            .collect();
        Self {
            major,
            minor: Vec::new(),
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
        let major = labelled
            .into_iter()
            .map(|tick| (value(tick), power_label(tick)))
            .collect();
        Self {
            major,
            minor: minor.into_iter().map(value).collect(),
        }
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
pub(super) fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// With as many decimals as the step has; powers of ten where that would be long.
fn label(value: f64, step: f64, largest: f64) -> String {
    let value = if value.abs() < 1e-9 * step {
        0.0
    } else {
        value
    };
    let decimals_of = |step: f64| (-(step.log10() + 1e-9).floor()).max(0.0) as usize;
    if (1e-3..1e5).contains(&largest) {
        return true_minus(&format!("{value:.*}", decimals_of(step)));
    }
    if value == 0.0 {
        return "0".into();
    }
    let exponent = largest.log10().floor() as i32;
    // Two divisions, because the power itself may overflow or vanish.
    let half = 10_f64.powi(exponent / 2);
    let shrink = |value: f64| value / half / 10_f64.powi(exponent - exponent / 2);
    let mantissa = format!("{:.*}", decimals_of(shrink(step)), shrink(value));
    true_minus(&format!("{mantissa}×10{}", superscript(exponent)))
}

fn power_label((factor, exponent): (i32, i32)) -> String {
    match factor {
        1 => format!("10{}", superscript(exponent)),
        _ => format!("{factor}×10{}", superscript(exponent)),
    }
}

/// The minus of typography, as wide as a digit, in place of the hyphen.
fn true_minus(text: &str) -> String {
    text.replace('-', "\u{2212}")
}

fn superscript(exponent: i32) -> String {
    exponent
        .to_string()
        .chars()
        .map(|digit| match digit {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            '9' => '⁹',
            _ => '⁰',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, logarithmic: bool, most: usize) -> Vec<String> {
        let span = Span::new(low, high, logarithmic, String::new).unwrap();
        let ticks = Ticks::new(span, most);
        ticks.major.into_iter().map(|(_, label)| label).collect()
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
        assert!(minor.contains(&2.0) && minor.contains(&90.0), "{minor:?}");
    }

    #[test]
    fn less_than_a_decade_still_has_labels() {
        assert_eq!(labels(1.5, 12.0, true, 6), ["2×10⁰", "5×10⁰", "10¹"]);
        assert_eq!(labels(3.0, 7.2, true, 6), ["3", "4", "5", "6", "7"]);
    }
}
