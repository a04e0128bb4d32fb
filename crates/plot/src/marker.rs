//! Markers: small shapes at data points.

use crate::canvas::Canvas;
use crate::color::Color;
use crate::pen::Pen;
use crate::rectangle::{Pixel, Rectangle};

/// The shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Marker {
    /// A filled circle.
    #[default]
    Dot,
    /// An empty circle.
    Ring,
    /// A filled square.
    Square,
    /// A filled square on its corner.
    Diamond,
    /// A filled triangle.
    Triangle,
    /// Two crossing strokes.
    Cross,
    /// A filled star with five points.
    Star,
}

impl Marker {
    /// Draws with a thin white rim, so that markers over lines and each other stay apart.
    pub(crate) fn draw(self, canvas: &mut Canvas<'_>, at: Pixel, size: f64, color: Color) {
        let radius = 0.5 * size;
        let rim = (0.2 * radius).clamp(0.4, 1.2);
        let white = Pen::solid(Color::WHITE, 2.0 * rim);
        let mut shape = |outline: Vec<Pixel>| {
            let closed: Vec<Pixel> = outline.iter().chain(outline.first()).copied().collect();
            canvas.line(&closed, white);
            canvas.fill(&outline, color, 1.0);
        };
        match self {
            Self::Dot => {
                canvas.disc(at, radius + rim, Color::WHITE);
                canvas.disc(at, radius, color);
            }
            Self::Ring => {
                let stroke = (0.36 * radius).max(1.4);
                canvas.disc(at, radius + 0.8 * rim, Color::WHITE);
                canvas.disc(at, radius, color);
                canvas.disc(at, radius - stroke, Color::WHITE);
            }
            Self::Square => shape(
                Rectangle::new(at.0, at.1, at.0, at.1)
                    .grown(0.88 * radius)
                    .corners()
                    .to_vec(),
            ),
            Self::Diamond => shape(around(at, &[1.15 * radius], 4)),
            Self::Triangle => shape(around(at, &[1.15 * radius], 3)),
            Self::Star => shape(around(at, &[1.25 * radius, 0.52 * radius], 10)),
            Self::Cross => {
                let arm = 0.8 * radius;
                let strokes = [[(-arm, -arm), (arm, arm)], [(-arm, arm), (arm, -arm)]];
                let width = (0.35 * radius).max(1.5);
                for pen in [
                    Pen::solid(Color::WHITE, width + 2.0 * rim),
                    Pen::solid(color, width),
                ] {
                    for stroke in strokes {
                        canvas.line(&stroke.map(|(x, y)| (at.0 + x, at.1 + y)), pen);
                    }
                }
            }
        }
    }
}

/// Corners around a centre, the first straight up, at these radii in turn.
fn around(center: Pixel, radii: &[f64], corners: u32) -> Vec<Pixel> {
    radii
        .iter()
        .cycle()
        .zip(0..corners)
        .map(|(radius, corner)| {
            let angle = std::f64::consts::TAU * f64::from(corner) / f64::from(corners);
            (
                center.0 + radius * angle.sin(),
                center.1 - radius * angle.cos(),
            )
        })
        .collect()
}
