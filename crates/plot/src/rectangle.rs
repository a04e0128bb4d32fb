//! A rectangle in pixels of the final image, y downwards.

/// A point in pixels of the final image, y downwards.
pub(crate) type Pixel = (f64, f64);

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// The nearest middle of a pixel: a line one pixel wide along it fills that pixel alone.
pub(crate) fn crisp(coordinate: f64) -> f64 {
    coordinate.floor() + 0.5
}

impl Rectangle {
    pub(crate) fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            left,
            top,
            right,
            bottom,
        }
    }

    pub(crate) fn sized((left, top): Pixel, width: f64, height: f64) -> Self {
        Self::new(left, top, left + width, top + height)
    }

    /// With these points as opposite corners, whichever they are.
    pub(crate) fn between(one: Pixel, other: Pixel) -> Self {
        Self::new(
            one.0.min(other.0),
            one.1.min(other.1),
            one.0.max(other.0),
            one.1.max(other.1),
        )
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(crate) fn center(&self) -> Pixel {
        (
            0.5 * (self.left + self.right),
            0.5 * (self.top + self.bottom),
        )
    }

    pub(crate) fn grown(&self, by: f64) -> Self {
        Self::new(
            self.left - by,
            self.top - by,
            self.right + by,
            self.bottom + by,
        )
    }

    pub(crate) fn contains(&self, (x, y): Pixel) -> bool {
        self.left <= x && x <= self.right && self.top <= y && y <= self.bottom
    }

    pub(crate) fn contains_all_of(&self, other: &Self) -> bool {
        self.contains((other.left, other.top)) && self.contains((other.right, other.bottom))
    }

    /// Moved sideways as far as needed to lie inside `room`, if it fits.
    pub(crate) fn slid_into(&self, room: &Self) -> Self {
        let right = (room.left - self.left).max(0.0);
        let left = (self.right - room.right).max(0.0);
        Self::new(
            self.left + right - left,
            self.top,
            self.right + right - left,
            self.bottom,
        )
    }

    /// With its sides on the middles of pixels.
    pub(crate) fn crisp(&self) -> Self {
        Self::new(
            crisp(self.left),
            crisp(self.top),
            crisp(self.right),
            crisp(self.bottom),
        )
    }

    pub(crate) fn corners(&self) -> [Pixel; 4] {
        [
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        ]
    }

    /// The part of the segment inside, by Liang and Barsky.
    pub(crate) fn clip(&self, from: Pixel, to: Pixel) -> Option<(Pixel, Pixel)> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        let sides = [
            (-dx, from.0 - self.left),
            (dx, self.right - from.0),
            (-dy, from.1 - self.top),
            (dy, self.bottom - from.1),
        ];
        for (speed, room) in sides {
            if speed == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if speed < 0.0 {
                enter = enter.max(room / speed);
            } else {
                leave = leave.min(room / speed);
            }
        }
        let at = |time: f64| (from.0 + time * dx, from.1 + time * dy);
        (enter <= leave).then(|| (at(enter), at(leave)))
    }

    /// The part of an outline inside, by Sutherland and Hodgman; nothing of one that is not finite.
    pub(crate) fn cut(&self, outline: &[Pixel]) -> Vec<Pixel> {
        if outline
            .iter()
            .any(|(x, y)| !x.is_finite() || !y.is_finite())
        {
            return Vec::new();
        }
        let sides = [
            (true, 0.5, self.left),
            (true, -0.5, self.right),
            (false, 0.5, self.top),
            (false, -0.5, self.bottom),
        ];
        let mut outline = outline.to_vec();
        for (upright, inwards, side) in sides {
            // Half the depth, so that no difference of two overflows.
            let depth = |(x, y): Pixel| inwards * (if upright { x } else { y } - side);
            let before = outline.iter().cycle().skip(outline.len().max(1) - 1);
            let mut kept = Vec::with_capacity(outline.len() + 2);
            for (&from, &to) in before.zip(&outline) {
                let (start, end) = (depth(from), depth(to));
                if (start < 0.0) != (end < 0.0) {
                    let share = start / (start - end);
                    let between = |from: f64, to: f64| (1.0 - share) * from + share * to;
                    // Exactly on the side, also for points so far off that rounding matters.
                    kept.push(if upright {
                        (side, between(from.1, to.1))
                    } else {
                        (between(from.0, to.0), side)
                    });
                }
                if end >= 0.0 {
                    kept.push(to);
                }
            }
            outline = kept;
        }
        outline
    }

    /// Points of a segment at most `step` apart, inside this rectangle only.
    pub(crate) fn samples(&self, from: Pixel, to: Pixel, step: f64) -> Vec<Pixel> {
        let Some((from, to)) = self.clip(from, to) else {
            return Vec::new();
        };
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let pieces = (dx.hypot(dy) / step).ceil().max(1.0);
        (0..=pieces as usize)
            .map(|piece| piece as f64 / pieces)
            .map(|time| (from.0 + time * dx, from.1 + time * dy))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_cut_at_the_sides_it_crosses() {
        let square = Rectangle::new(0.0, 0.0, 10.0, 10.0);
        assert_eq!(
            square.clip((-5.0, 5.0), (20.0, 5.0)),
            Some(((0.0, 5.0), (10.0, 5.0)))
        );
        assert_eq!(
            square.clip((2.0, 3.0), (4.0, 5.0)),
            Some(((2.0, 3.0), (4.0, 5.0)))
        );
        assert_eq!(square.clip((-5.0, 5.0), (5.0, 20.0)), None);
        assert_eq!(square.clip((11.0, 0.0), (11.0, 10.0)), None);
    }

    #[test]
    fn an_outline_is_cut_at_the_sides_it_crosses() {
        let square = Rectangle::new(0.0, 0.0, 10.0, 10.0);
        let inside = [(1.0, 1.0), (9.0, 1.0), (5.0, 9.0)];
        assert_eq!(square.cut(&inside), inside);
        assert_eq!(square.cut(&[(11.0, 0.0), (12.0, 0.0), (12.0, 9.0)]), []);
        assert_eq!(square.cut(&[(0.0, 0.0), (f64::NAN, 0.0), (1.0, 1.0)]), []);
        assert_eq!(square.cut(&[]), []);
        assert_eq!(
            square.cut(&[(5.0, 5.0), (15.0, 5.0), (15.0, 8.0), (5.0, 8.0)]),
            [(5.0, 5.0), (10.0, 5.0), (10.0, 8.0), (5.0, 8.0)]
        );
        for huge in [1e20, 1e300, f64::MAX] {
            let around = [(-huge, -huge), (huge, -huge), (huge, huge), (-huge, huge)];
            let mut corners = square.cut(&around);
            corners.sort_by(|one, other| one.partial_cmp(other).unwrap());
            corners.dedup();
            let all = [(0.0, 0.0), (0.0, 10.0), (10.0, 0.0), (10.0, 10.0)];
            assert_eq!(corners, all, "{huge}");
        }
    }
}
