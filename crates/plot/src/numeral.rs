//! Numerals: numbers as text, with a true minus and powers of ten.

/// `value` with as many decimals as `step` has; a power of ten where that would be long. `largest`
/// is the largest magnitude on the same axis, so that its labels look alike.
pub(crate) fn stepped(value: f64, step: f64, largest: f64) -> String {
    let value = if value.abs() < 1e-9 * step {
        0.0
    } else {
        value
    };
    if is_plain(largest) {
        return true_minus(&format!("{value:.*}", decimals(step)));
    }
    if value == 0.0 {
        return "0".into();
    }
    let exponent = exponent(largest);
    let mantissa = shrunk(value, exponent);
    let mantissa = format!("{mantissa:.*}", decimals(shrunk(step, exponent)));
    true_minus(&format!("{mantissa}{}", times_power(exponent)))
}

/// The shortest text that reads back to `value`.
pub(crate) fn exact(value: f64) -> String {
    if is_plain(value.abs()) {
        return true_minus(&value.to_string());
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => true_minus(mantissa) + "×10" + &superscript(exponent),
        None => true_minus(&text),
    }
}

/// A factor of one digit times a power of ten.
pub(crate) fn power(factor: i32, exponent: i32) -> String {
    match factor {
        1 => format!("10{}", superscript(&exponent.to_string())),
        _ => format!("{factor}{}", times_power(exponent)),
    }
}

/// A power of ten as a factor.
pub(crate) fn times_power(exponent: i32) -> String {
    format!("×10{}", superscript(&exponent.to_string()))
}

/// Whether numbers of this magnitude are written without a power of ten.
pub(crate) fn is_plain(magnitude: f64) -> bool {
    (1e-3..1e5).contains(&magnitude)
}

/// The exponent of the power of ten at or below a magnitude.
pub(crate) fn exponent(magnitude: f64) -> i32 {
    magnitude.log10().floor() as i32
}

/// `value` divided by a power of ten.
pub(crate) fn shrunk(value: f64, exponent: i32) -> f64 {
    // Two divisions, because the power itself may overflow or vanish.
    let half = 10_f64.powi(exponent / 2);
    value / half / 10_f64.powi(exponent - exponent / 2)
}

/// How many decimals show a step of one digit.
fn decimals(step: f64) -> usize {
    (-(step.log10() + 1e-9).floor()).max(0.0) as usize
}

/// The minus of typography, as wide as a digit, in place of the hyphen.
fn true_minus(text: &str) -> String {
    text.replace('-', "\u{2212}")
}

fn superscript(exponent: &str) -> String {
    exponent
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

    #[test]
    fn an_exact_numeral_keeps_all_digits() {
        for (value, text) in [
            (1.0, "1"),
            (-0.123457, "−0.123457"),
            (123_456.0, "1.23456×10⁵"),
            (-2.5e-7, "−2.5×10⁻⁷"),
        ] {
            assert_eq!(exact(value), text);
        }
    }
}
