//! Tables as figures: sizes, orders in the legend, slope triangles.

use crate::support::oscillators::{REGIMES, closed_form, oscillator};
use crate::support::slope::is_order;
use heavyball::plot::{Color, Image};
use heavyball::prelude::*;
use heavyball::study::{
    Convergence, Deviation, IntegratorScheme, Limit, SmallParameter, Title, figure,
};
use std::collections::BTreeSet;

/// Steps 0.1, 0.05, … of a synthetic table.
const COARSEST: f64 = 0.1;
const HALVINGS: i32 = 5;

/// A table whose errors in x and ẋ are these functions of the step.
fn table(method: &str, error: impl Fn(f64) -> (f64, f64)) -> Convergence {
    let title = Title {
        parameter: SmallParameter::Step,
        reference: "theory".into(),
        method: method.into(),
        start: "anywhere".into(),
    };
    let steps: Vec<_> = (0..=HALVINGS).map(|k| COARSEST * 0.5_f64.powi(k)).collect();
    let run = |h| {
        let (x, u) = error(h);
        Ok(Deviation::new(x, u))
    };
    Convergence::measure(title, &steps, run).unwrap()
}

fn law(order: i32) -> impl Fn(f64) -> f64 {
    move |h| 0.3 * h.powi(order)
}

type Place = (i64, i64);

fn places(image: &Image, is: impl Fn(Color) -> bool) -> BTreeSet<Place> {
    let columns = 0..image.width();
    let all = columns.flat_map(|column| (0..image.height()).map(move |row| (column, row)));
    all.filter(|(column, row)| image.pixel(*column, *row).is_some_and(&is))
        .map(|(column, row)| (i64::from(column), i64::from(row)))
        .collect()
}

/// Groups of pixels at most 3 apart, without specks; the leftmost first.
fn groups(mut places: BTreeSet<Place>) -> Vec<Vec<Place>> {
    let mut groups = Vec::new();
    while let Some(first) = places.pop_first() {
        let (mut group, mut next) = (vec![first], 0);
        while let Some(&(column, row)) = group.get(next) {
            next += 1;
            for near in (-3..=3).flat_map(|right| (-3..=3).map(move |down| (right, down))) {
                let near = (column + near.0, row + near.1);
                if places.remove(&near) {
                    group.push(near);
                }
            }
        }
        if group.len() > 60 {
            groups.push(group);
        }
    }
    groups
}

/// Left, top, right, bottom.
fn bounds(group: &[Place]) -> [f64; 4] {
    let columns = || group.iter().map(|place| place.0 as f64);
    let rows = || group.iter().map(|place| place.1 as f64);
    [
        columns().fold(f64::INFINITY, f64::min),
        rows().fold(f64::INFINITY, f64::min),
        columns().fold(0.0, f64::max),
        rows().fold(0.0, f64::max),
    ]
}

/// The inside of slope triangles: the colour of text, #262626, over white at 6 %.
fn triangles(image: &Image) -> Vec<Vec<Place>> {
    let fill = 255.0 - 0.06 * (255.0 - 38.0);
    let is_fill = |color: Color| {
        let parts = [color.red, color.green, color.blue].map(f64::from);
        parts.iter().all(|part| (part - fill).abs() <= 1.5)
    };
    groups(places(image, is_fill))
}

/// The line of series `index` in the left panel, in the right one, and its sample in the legend.
fn lines(image: &Image, index: usize) -> Vec<Vec<Place>> {
    let series = Color::series(index);
    // Thin slanted lines are nowhere quite of their colour.
    let close = |color: Color| {
        let parts = [
            (color.red, series.red),
            (color.green, series.green),
            (color.blue, series.blue),
        ];
        parts.iter().all(|(found, own)| found.abs_diff(*own) < 80)
    };
    groups(places(image, close))
}

#[test]
fn a_figure_has_its_size_and_its_orders_in_the_legend() {
    let first = table("first", |h| (law(1)(h), law(2)(h)));
    let second = table("second", |h| (law(2)(h), law(4)(h)));
    let figure = figure("Two laws", &[first, second]);
    let image = figure.render().unwrap();
    assert_eq!((image.width(), image.height()), (1480, 700));
    let text = format!("{figure:?}");
    for label in ["first: 1.00, 2.00", "second: 2.00, 4.00"] {
        assert!(text.contains(&format!("{label:?}")), "{text}");
    }
    for index in 0..2 {
        let found = lines(&image, index);
        assert_eq!(found.len(), 3, "series {index}");
        // To the right of its sample the legend has text.
        let [_, top, right, bottom] = bounds(&found[2]);
        let dark = places(&image, |color| color.red < 0x60 && color.blue < 0x60);
        let beside = dark.iter().filter(|(column, row)| {
            let (column, row) = (*column as f64, *row as f64);
            column > right && row > top - 8.0 && row < bottom + 8.0
        });
        assert!(beside.count() > 100, "series {index}");
    }
}

/// Where a triangle has to be: below the second finest error by a factor 3, 0.35 decades wide, the right angle below.
#[test]
fn triangles_are_drawn_where_the_slopes_are() {
    for (in_x, in_u) in [(1, 2), (2, 1), (3, 4)] {
        let table = table("one", |h| (law(in_x)(h), law(in_u)(h)));
        let image = figure("One law", &[table]).render().unwrap();
        let (lines, triangles) = (lines(&image, 0), triangles(&image));
        assert_eq!(triangles.len(), 2, "{in_x}, {in_u}");
        for (panel, order) in [in_x, in_u].into_iter().enumerate() {
            let order = f64::from(order);
            let [left, top, right, bottom] = bounds(&lines[panel]);
            // Dots of radius 4 or so end the line at both sides.
            let (dot, decades) = (4.0, f64::from(HALVINGS) * 2.0_f64.log10());
            let across = (right - left - 2.0 * dot) / decades;
            let down = (bottom - top - 2.0 * dot) / decades / order;
            let halving = 2.0_f64.log10();
            let start = (
                left + dot + halving * across,
                bottom - dot - order * halving * down + 3.0_f64.log10() * down,
            );
            let (width, height) = (0.35 * across, 0.35 * order * down);
            let found = bounds(&triangles[panel]);
            let expected = [start.0, start.1 - height, start.0 + width, start.1];
            // The outline takes a pixel off each side, and more of the acute corners.
            let slack = [8.0, 8.0, 4.0, 4.0];
            for ((found, expected), slack) in found.iter().zip(expected).zip(slack) {
                let off = (found - expected).abs();
                assert!(off < slack, "{found} {expected}");
            }
            // The centre of a right triangle is a third from its right angle.
            let count = triangles[panel].len() as f64;
            let mean = |part: fn(&Place) -> i64| {
                let parts = triangles[panel].iter().map(|place| part(place) as f64);
                parts.sum::<f64>() / count
            };
            let center = (start.0 + width * 2.0 / 3.0, start.1 - height / 3.0);
            assert!((mean(|place| place.0) - center.0).abs() < 5.0);
            assert!((mean(|place| place.1) - center.1).abs() < 5.0);
            let area = 0.5 * width * height;
            assert!(count > 0.7 * area && count < 1.02 * area, "{count} {area}");
        }
    }
}

/// One triangle for each whole slope of at least 1, however many tables have it; none below.
#[test]
fn each_slope_has_one_triangle_and_no_slope_has_none() {
    let flat = |method| table(method, |h: f64| (0.3 * h.powf(0.3), 0.2 * h.powf(0.3)));
    let count = |tables: &[Convergence]| triangles(&figure("", tables).render().unwrap()).len();
    let growing = table("growing", |h: f64| (1e-3 / h, 1e-4 / h / h));
    assert_eq!(count(&[flat("flat"), growing]), 0);
    let of = |method, order| table(method, move |h| (law(order)(h), law(order)(h)));
    assert_eq!(count(&[of("a", 2)]), 2);
    assert_eq!(count(&[of("a", 2), of("b", 2), flat("flat")]), 2);
    assert_eq!(count(&[of("a", 1), of("b", 3)]), 4);
    assert_eq!(
        count(&[table("mixed", |h| (law(2)(h), 0.1 * h.powf(0.2)))]),
        1
    );
}

/// Zero has no place on a logarithmic axis: such points are left out, and a figure without any point is refused.
#[test]
fn errors_of_zero_and_no_tables_are_no_panic() {
    let sometimes = table("sometimes", |h| {
        if h < 0.02 {
            (0.0, law(2)(h))
        } else {
            (law(2)(h), 0.0)
        }
    });
    let never = table("never", |_| (0.0, 0.0));
    let text = format!("{:?}", figure("", std::slice::from_ref(&never)));
    assert!(text.contains("\"never: rounding, rounding\""), "{text}");
    let law = table("law", |h| (law(2)(h), law(2)(h)));
    for tables in [
        vec![sometimes.clone()],
        vec![never.clone(), law.clone()],
        vec![law, sometimes, never.clone()],
    ] {
        let image = figure("Zeros", &tables).render().unwrap();
        assert_eq!((image.width(), image.height()), (1480, 700));
    }
    for tables in [vec![never], Vec::new()] {
        let refused = figure("Nothing", &tables).render();
        assert!(
            matches!(refused, Err(heavyball::plot::Error::Empty { .. })),
            "{refused:?}"
        );
    }
}

/// A real figure: symplectic Euler and leapfrog, with a triangle for order 1 and one for order 2 in each panel.
#[test]
fn a_figure_of_runs_shows_their_orders() {
    let problem = oscillator(REGIMES[0]);
    let (first, second) = (
        Limit::small_step(&problem, IntegratorScheme(SymplecticEuler::new)),
        Limit::small_step(&problem, IntegratorScheme(Leapfrog::new)),
    );
    let tables = [first, second].map(|study| {
        let study = study.with_halvings(0.02, 5);
        let study = study.with_reference(closed_form(REGIMES[0]));
        study.measure().unwrap()
    });
    let figure = figure("Runs", &tables);
    assert_eq!(triangles(&figure.render().unwrap()).len(), 4);
    let text = format!("{figure:?}");
    for (table, order) in tables.iter().zip([1, 2]) {
        let [x, u] = [table.position(), table.velocity()].map(|order| order.fit.unwrap().order);
        assert!(is_order(x, order) && is_order(u, order), "{table}");
        let label = format!("{}: {x:.2}, {u:.2}\"", table.title().method);
        assert!(text.contains(&label), "{label} {text}");
    }
}
