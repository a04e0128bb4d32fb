//! Arrow heads: their outline, and where they go along a line.

use crate::rectangle::{Pixel, Rectangle};

/// Lengths of arrow heads, and the clearance between two of them, in pixels.
const SHORTEST: f64 = 8.0;
const LONGEST: f64 = 13.0;
const CLEARANCE: f64 = 12.0;

/// An arrow head with its tip at `tip`, as an outline.
pub(crate) fn head(tip: Pixel, direction: Pixel, length: f64) -> Vec<Pixel> {
    let norm = direction.0.hypot(direction.1);
    let (x, y) = (direction.0 / norm, direction.1 / norm);
    let corner = |along: f64, across: f64| {
        (
            tip.0 - along * x - across * y,
            tip.1 - along * y + across * x,
        )
    };
    vec![
        tip,
        corner(length, 0.42 * length),
        corner(0.72 * length, 0.0),
        corner(length, -0.42 * length),
    ]
}

/// The heads along a line: one for each step that is long enough, and otherwise one now and then.
/// The last point keeps `reserve` pixels free for its marker.
pub(crate) fn heads(line: &[Pixel], area: &Rectangle, reserve: f64) -> Vec<Vec<Pixel>> {
    let mut tips: Vec<Pixel> = Vec::new();
    let mut heads = Vec::new();
    let Some(&end) = line.last() else {
        return heads;
    };
    let mut walked = 0.0;
    for (index, pair) in line.windows(2).enumerate() {
        let &[from, to] = pair else { continue };
        let step = distance(from, to);
        walked += step;
        if walked < CLEARANCE + 3.0 || step == 0.0 {
            continue;
        }
        let length = (0.35 * step).clamp(SHORTEST, LONGEST);
        // Where the end of the step is taken, the middle of a long one may be free.
        let share = 0.5 + 0.5 * length / step;
        let middle = (
            from.0 + share * (to.0 - from.0),
            from.1 + share * (to.1 - from.1),
        );
        let long = step > 3.0 * length;
        let places = [Some(to), Some(middle).filter(|_| long)];
        let free = places.into_iter().flatten().find(|tip| {
            area.contains(*tip)
                && distance(*tip, end) >= reserve + 0.5 * length
                && tips.iter().all(|other| distance(*other, *tip) >= CLEARANCE)
        });
        let Some(tip) = free else { continue };
        // A step shorter than its head points along the chord that the head covers.
        let mut passed = line.iter().take(index + 1).rev();
        let back = passed
            .find(|point| distance(**point, to) >= length)
            .copied()
            .unwrap_or(from);
        heads.push(head(tip, (to.0 - back.0, to.1 - back.1), length));
        tips.push(tip);
        walked = 0.0;
    }
    heads
}

pub(crate) fn distance(one: Pixel, other: Pixel) -> f64 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rectangle = Rectangle {
        left: -500.0,
        top: -500.0,
        right: 500.0,
        bottom: 500.0,
    };

    #[test]
    fn long_steps_carry_a_head_each() {
        let line: Vec<Pixel> = (0..5).map(|step| (f64::from(step) * 40.0, 0.0)).collect();
        let heads = heads(&line, &AREA, 0.0);
        // The last would hide under the end marker and moves to the middle of its step.
        assert_eq!(heads.len(), 4);
        assert_eq!(heads[0][0], (40.0, 0.0));
    }

    #[test]
    fn many_short_steps_share_heads_that_keep_apart() {
        let line: Vec<Pixel> = (0..1000)
            .map(|step| 0.05 * f64::from(step))
            .map(|angle| {
                (
                    40.0 * angle.cos() / (1.0 + angle),
                    40.0 * angle.sin() / (1.0 + angle),
                )
            })
            .collect();
        let heads = heads(&line, &AREA, 5.0);
        assert!(heads.len() > 2, "{}", heads.len());
        for (index, one) in heads.iter().enumerate() {
            for other in &heads[..index] {
                let gap = (one[0].0 - other[0].0).hypot(one[0].1 - other[0].1);
                assert!(gap >= CLEARANCE - 1e-9, "{gap}");
            }
        }
    }
}
