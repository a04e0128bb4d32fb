//! Refusals: what cannot be drawn is refused, and what can be is drawn, however extreme.

use crate::support::*;
use heavyball_plot::*;

#[test]
fn what_cannot_be_drawn_is_refused_with_its_numbers() {
    let point = || Panel::new().dots("", [(1.0, 1.0)], Color::BLUE);
    let error = |panel: Panel| bare(panel).render().unwrap_err();
    assert!(matches!(
        Figure::new("none").render(),
        Err(Error::Empty { title, .. }) if title == "none"
    ));
    for nothing in [vec![], vec![(f64::NAN, 1.0), (1.0, f64::INFINITY)]] {
        let panel = Panel::new().line("", nothing, Color::BLUE);
        assert!(matches!(error(panel), Error::Empty { .. }));
    }
    for (low, high) in [
        (1.0, 0.0),
        (1.0, 1.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
    ] {
        let refused = error(point().x_axis(Axis::new("time").range(low, high)));
        assert!(
            matches!(&refused, Error::Range { axis, .. } if axis == "time"),
            "{refused}"
        );
    }
    let refused = error(
        point()
            .dots("", [(2.0, 0.0)], Color::BLUE)
            .y_axis(Axis::new("e").logarithmic()),
    );
    assert_eq!(
        refused,
        Error::Logarithm {
            axis: "e".into(),
            value: 0.0
        }
    );
    let refused = error(point().y_axis(Axis::new("e").range(-1.0, 1.0).logarithmic()));
    assert_eq!(
        refused,
        Error::Logarithm {
            axis: "e".into(),
            value: -1.0
        }
    );
    let ragged = HeatMap::new((0.0, 1.0), (0.0, 1.0), 2, vec![0.0; 5]);
    assert!(matches!(
        error(point().layer(ragged)),
        Error::Grid { values: 5, .. }
    ));
    let narrow = Contours::grid((0.0, 1.0), (0.0, 1.0), 1, vec![0.0; 5]);
    assert!(matches!(error(point().layer(narrow)), Error::Grid { .. }));
    let flat = Contours::new((0.0, 1.0), (0.0, 1.0), |_, _| 1.0);
    assert!(matches!(error(point().layer(flat)), Error::Range { .. }));
    for (width, height) in [(0, 480), (640, 5000), (64, 64)] {
        let refused = Figure::new("").size(width, height).panel(point()).render();
        assert!(
            matches!(refused, Err(Error::Size { .. })),
            "{width} {height}"
        );
    }
}

#[test]
fn extreme_numbers_do_not_break_the_drawing() {
    for points in [
        vec![(0.0, 0.0), (1e-300, 1e-300)],
        vec![(0.0, 1e300), (1.0, -1e300)],
        vec![(1e17, 1.0), (1e17 + 16.0, 2.0)],
        vec![(5.0, 5.0)],
    ] {
        bare(Panel::new().path("", &points, Color::BLUE))
            .render()
            .unwrap();
    }
    let diverging = (0..400).map(|k| (f64::from(k), 10.0_f64.powi(k) * (-1.0_f64).powi(k)));
    let panel = Panel::new().y_axis(Axis::new("x").range(-2.0, 2.0)).path(
        "diverges",
        diverging,
        Color::BLUE,
    );
    bare(panel).render().unwrap();
    for huge in [1e300, f64::MAX, f64::INFINITY, f64::NAN, 0.0, -1.0] {
        let line = [(0.0, 0.0), (1.0, 1.0)];
        let panel = Panel::new()
            .layer(Line::new("", line).width(huge))
            .layer(Dots::new("", line).size(huge))
            .layer(Path::new("", line).width(huge).iterates(huge));
        bare(panel).render().unwrap();
    }
    let edges = [(0.0, -1e300, 1e300), (1.0, -f64::MAX, f64::MAX)];
    let band = Band::new("", edges);
    let panel = Panel::new().y_axis(Axis::new("x").range(-2.0, 2.0));
    bare(panel.layer(band)).render().unwrap();
}
