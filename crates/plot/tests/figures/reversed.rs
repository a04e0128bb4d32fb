//! Reversed axes: every layer is drawn where the turned axes say.

use crate::support::*;
use heavyball_plot::*;

/// A panel from 0 to 10 on both axes, either of them reversed, with three dots at (2, 2), (8, 2), (2, 8).
fn turned((x, y): (bool, bool)) -> Panel {
    let axis = |name: &str, reversed: bool| {
        let axis = Axis::new(name).range(0.0, 10.0);
        if reversed { axis.reversed() } else { axis }
    };
    unit_panel().x_axis(axis("x", x)).y_axis(axis("y", y))
}

const DIRECTIONS: [(bool, bool); 4] = [(false, false), (true, false), (false, true), (true, true)];

/// From data to pixels, as the dots of the panel show it.
fn places(image: &Image) -> impl Fn(f64, f64) -> (f64, f64) + use<> {
    let [origin, right, up] =
        [Color::BLUE, Color::VERMILLION, Color::GREEN].map(|color| centroid(&find(image, color)));
    move |x, y| {
        (
            origin.0 + (right.0 - origin.0) * (x - 2.0) / 6.0,
            origin.1 + (up.1 - origin.1) * (y - 2.0) / 6.0,
        )
    }
}

fn at(image: &Image, (x, y): (f64, f64)) -> Color {
    image.pixel(x as u32, y as u32).unwrap()
}

#[test]
fn values_grow_the_other_way() {
    for (x, y) in DIRECTIONS {
        let image = bare(turned((x, y))).render().unwrap();
        let place = places(&image);
        assert_eq!(place(8.0, 2.0).0 < place(2.0, 2.0).0, x);
        assert_eq!(place(2.0, 8.0).1 > place(2.0, 2.0).1, y);
    }
}

#[test]
fn a_reversed_logarithmic_axis_gives_each_decade_the_same_length() {
    let panel = Panel::new()
        .x_axis(Axis::new("h").range(1e-4, 1.0).logarithmic().reversed())
        .y_axis(Axis::new("e").range(1e-2, 1e2).logarithmic().reversed())
        .dots("", [(1e-3, 1e-1)], Color::BLUE)
        .dots("", [(1e-1, 1e1)], Color::VERMILLION)
        .dots("", [(1e-2, 1.0)], Color::GREEN);
    let image = bare(panel).render().unwrap();
    let [low, high, middle] =
        [Color::BLUE, Color::VERMILLION, Color::GREEN].map(|color| centroid(&find(&image, color)));
    assert!(high.0 < low.0 - 200.0 && high.1 > low.1 + 150.0);
    assert!((middle.0 - 0.5 * (low.0 + high.0)).abs() < 0.4);
    assert!((middle.1 - 0.5 * (low.1 + high.1)).abs() < 0.4);
}

#[test]
fn the_cells_of_a_heat_map_turn_with_the_axes() {
    let colors = [Color::ORANGE, Color::SKY, Color::PURPLE, Color::BLACK];
    let names = ["a", "b", "c", "d"];
    for direction in DIRECTIONS {
        let map = HeatMap::new((0.0, 10.0), (0.0, 10.0), 2, vec![0.0, 1.0, 2.0, 3.0]);
        let panel = turned(direction).layer(map.categories(names.into_iter().zip(colors)));
        let image = bare(panel).render().unwrap();
        let place = places(&image);
        for (x, y, color) in [
            (1.0, 1.0, colors[0]),
            (4.7, 4.7, colors[0]),
            (5.3, 4.7, colors[1]),
            (4.7, 5.3, colors[2]),
            (9.0, 9.0, colors[3]),
        ] {
            assert_eq!(at(&image, place(x, y)), color, "{direction:?} {x} {y}");
        }
    }
}

#[test]
fn contours_and_bands_turn_with_the_axes() {
    for direction in DIRECTIONS {
        // The line x + 3y = 20, and a band that narrows to the upper right.
        let contours = Contours::new((0.0, 10.0), (0.0, 10.0), |x, y| x + 3.0 * y)
            .levels_at([20.0])
            .width(3.0);
        let band = Band::new("", [(5.0, 0.0, 3.0), (10.0, 0.0, 1.0)])
            .color(Color::BLACK)
            .opacity(1.0);
        let image = bare(turned(direction).layer(contours).layer(band))
            .render()
            .unwrap();
        let place = places(&image);
        for x in [0.5, 5.0, 9.5] {
            let on = at(&image, place(x, (20.0 - x) / 3.0));
            let off = at(&image, place(x, (20.0 - x) / 3.0 + 0.5));
            assert!(!close(on, Color::WHITE, 60), "{direction:?} {x}");
            assert_eq!(off, Color::WHITE, "{direction:?} {x}");
        }
        assert_eq!(at(&image, place(6.0, 2.3)), Color::BLACK, "{direction:?}");
        assert_eq!(at(&image, place(6.0, 2.9)), Color::WHITE, "{direction:?}");
        assert_eq!(at(&image, place(9.5, 1.4)), Color::WHITE, "{direction:?}");
    }
}

#[test]
fn a_slope_triangle_keeps_its_slope_and_its_side() {
    for direction in DIRECTIONS {
        for (slope, above) in [(0.5, false), (0.5, true), (-0.5, false), (-0.5, true)] {
            let start = (3.0, 5.0);
            let triangle = SlopeTriangle::new(slope, start)
                .width(4.0)
                .label("")
                .color(Color::PURPLE);
            let triangle = if above { triangle.above() } else { triangle };
            let image = bare(turned(direction).layer(triangle)).render().unwrap();
            let (place, case) = (places(&image), format!("{direction:?} {slope} {above}"));
            let on = |x: f64, y: f64| {
                let (x, y) = place(x, y);
                let near = [-1.0, 0.0, 1.0];
                near.iter()
                    .any(|dy| close(at(&image, (x, y + dy)), Color::PURPLE, 90))
            };
            for along in [0.5, 1.7, 2.9] {
                assert!(on(3.0 + along, 5.0 + slope * along), "{case}");
            }
            // The right angle is the corner that lies above or below on the screen.
            let [one, other] = [(7.0, 5.0), (3.0, 5.0 + 4.0 * slope)];
            let higher = |corner: (f64, f64)| place(corner.0, corner.1).1;
            let expected = if (higher(one) < higher(other)) == above {
                one
            } else {
                other
            };
            let middle = |from: f64, to: f64| 0.5 * (from + to);
            let end = (7.0, 5.0 + 4.0 * slope);
            for leg in [start, end] {
                assert!(
                    on(middle(leg.0, expected.0), middle(leg.1, expected.1)),
                    "{case}"
                );
            }
        }
    }
}

#[test]
fn references_and_notes_stand_at_their_values() {
    for direction in DIRECTIONS {
        let panel = turned(direction)
            .layer(
                ReferenceLine::vertical(7.0, "")
                    .color(Color::BLACK)
                    .dash(Dash::Solid),
            )
            .layer(
                Annotation::new("note", (5.0, 5.0))
                    .color(Color::PURPLE)
                    .offset(0.0, 20.0),
            );
        let image = bare(panel).render().unwrap();
        let place = places(&image);
        let note = centroid(&find(&image, Color::PURPLE));
        let expected = place(5.0, 5.0);
        assert!((note.0 - expected.0).abs() < 6.0, "{direction:?} {note:?}");
        assert!(
            (note.1 - expected.1 - 20.0).abs() < 6.0,
            "{direction:?} {note:?}"
        );
        let row = place(0.0, 5.5).1 as u32;
        let red = |column: &u32| image.pixel(*column, row).map_or(255, |pixel| pixel.red);
        let ends = [place(1.0, 0.0).0, place(9.0, 0.0).0].map(|x| x as u32);
        let darkest = (ends[0].min(ends[1])..ends[0].max(ends[1]))
            .min_by_key(red)
            .unwrap();
        assert!(
            (f64::from(darkest) + 0.5 - place(7.0, 0.0).0).abs() < 1.5,
            "{direction:?}"
        );
    }
}
