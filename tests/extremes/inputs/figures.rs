//! Figures of any data and any settings, as PNG and SVG.

use super::Input;
use super::verdict::any;
use heavyball::plot::{
    Annotation, Axis, Contours, Dots, Figure, HeatMap, Line, Panel, Path, ReferenceLine,
    SlopeTriangle,
};

fn points(input: &mut Input<'_>) -> Vec<(f64, f64)> {
    (0..input.few())
        .map(|_| (input.number(), input.number()))
        .collect()
}

fn axis(input: &mut Input<'_>) -> Axis {
    let mut axis = Axis::new(input.text());
    if input.choice(3) == 0 {
        axis = axis.range(input.number(), input.number());
    }
    if input.choice(3) == 0 {
        axis = axis.logarithmic();
    }
    if input.choice(4) == 0 {
        axis = axis.reversed();
    }
    axis
}

type Range = (f64, f64);

/// The ranges of x and y, the number of columns, and the values of a grid.
fn grid(input: &mut Input<'_>) -> (Range, Range, usize, Vec<f64>) {
    let columns = input.few();
    let values = (0..columns * input.few()).map(|_| input.number()).collect();
    let (x, y) = (
        (input.number(), input.number()),
        (input.number(), input.number()),
    );
    (x, y, columns, values)
}

pub fn run(input: &mut Input<'_>) {
    let mut panel = Panel::new()
        .title(input.text())
        .x_axis(axis(input))
        .y_axis(axis(input));
    for _ in 0..=input.choice(3) {
        let data = points(input);
        panel = match input.choice(9) {
            0 => panel.layer(
                Line::new(input.text(), data)
                    .width(input.number())
                    .marker_size(input.number()),
            ),
            1 => panel.layer(Dots::new(input.text(), data).size(input.number())),
            2 => panel.layer(
                Path::new(input.text(), data)
                    .width(input.number())
                    .iterates(input.number()),
            ),
            3 => panel.layer(
                Annotation::new(input.text(), (input.number(), input.number()))
                    .offset(input.number(), input.number()),
            ),
            4 => panel.layer(ReferenceLine::horizontal(input.number(), input.text())),
            5 => panel.layer(
                SlopeTriangle::new(input.number(), (input.number(), input.number()))
                    .width(input.number()),
            ),
            6 => {
                let (x, y, columns, values) = grid(input);
                panel.layer(
                    HeatMap::new(x, y, columns, values).range(input.number(), input.number()),
                )
            }
            7 => {
                let (x, y, columns, values) = grid(input);
                panel.layer(
                    Contours::grid(x, y, columns, values)
                        .levels(input.few())
                        .width(input.number()),
                )
            }
            _ => panel.layer(Line::new(
                "",
                (0..30).map(|i| (f64::from(i), (0.3 * f64::from(i)).sin())),
            )),
        };
    }
    if input.choice(5) == 0 {
        panel = panel.equal_aspect();
    }
    let (width, height) = if input.choice(6) == 0 {
        (input.count() as u32, input.count() as u32)
    } else {
        (120 + u32::from(input.byte()), 100 + u32::from(input.byte()))
    };
    let mut figure = Figure::new(input.text())
        .caption(input.text())
        .size(width.min(300), height.min(300))
        .panel(panel);
    if input.choice(6) == 0 {
        figure = figure.scale(input.number());
    }
    let svg = any(figure.to_svg());
    if let Some(svg) = &svg {
        assert!(svg.len() < 20_000_000, "{} bytes", svg.len());
        // In a number of its own: the letters may stand in the code of an image.
        for start in ["\"", " ", ",", "-", "(", "M", "L"] {
            for text in ["NaN", "inf"] {
                let number = format!("{start}{text}");
                let is_number = |rest: &str| rest.starts_with(['"', ' ', ',', '-', ')', 'L', 'Z']);
                assert!(!svg.split(&number).skip(1).any(is_number), "{svg}");
            }
        }
    }
    if input.choice(4) == 0 {
        let image = any(figure.render());
        // A scale is for pixels only.
        assert!(image.is_none() || svg.is_some());
    }
}
