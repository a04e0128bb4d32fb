//! Files: what is written reads back, and what cannot be written is reported.

use crate::support::*;
use heavyball_plot::*;

#[test]
fn the_png_decodes_at_its_declared_size() {
    let path = std::env::temp_dir()
        .join(format!("heavyball-plot-{}", std::process::id()))
        .join("nested/figure.png");
    let figure = bare(unit_panel());
    figure.save(&path).unwrap();
    let (size, bytes) = decoded(&std::fs::read(&path).unwrap());
    assert_eq!(size, (640, 480));
    assert_eq!(bytes, figure.render().unwrap().bytes());
    std::fs::remove_dir_all(path.parent().unwrap().parent().unwrap()).unwrap();
}

#[test]
fn an_unwritable_path_is_reported_with_its_name() {
    let file = std::env::temp_dir().join(format!("heavyball-file-{}", std::process::id()));
    std::fs::write(&file, "in the way").unwrap();
    let path = file.join("figure.png");
    let refused = bare(unit_panel()).save(&path).unwrap_err();
    std::fs::remove_file(&file).unwrap();
    assert!(
        matches!(&refused, Error::Write { path: named, .. } if *named == path.display().to_string()),
        "{refused}"
    );
}

#[test]
fn the_extension_decides_the_format() {
    let directory = std::env::temp_dir().join(format!("heavyball-formats-{}", std::process::id()));
    let figure = bare(unit_panel());
    for (name, start) in [
        ("a.png", &b"\x89PNG"[..]),
        ("b.PNG", b"\x89PNG"),
        ("c.svg", b"<svg"),
        ("d.v2.Svg", b"<svg"),
    ] {
        let path = directory.join(name);
        figure.save(&path).unwrap();
        assert!(std::fs::read(&path).unwrap().starts_with(start), "{name}");
    }
    assert_eq!(
        std::fs::read_to_string(directory.join("c.svg")).unwrap(),
        figure.to_svg().unwrap()
    );
    for (name, named) in [("e.jpeg", "jpeg"), ("f", ""), ("png", "")] {
        let refused = figure.save(directory.join(name)).unwrap_err();
        assert!(
            matches!(&refused, Error::Format { extension, .. } if extension == named),
            "{refused}"
        );
        let text = refused.to_string();
        assert!(text.contains(named) && text.contains(".png") && text.contains(".svg"));
        assert!(!directory.join(name).exists());
    }
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_scale_gives_more_pixels_and_the_same_layout() {
    let figure = |scale| {
        bare(unit_panel().title("panel"))
            .scale(scale)
            .render()
            .unwrap()
    };
    let usual = figure(1.0);
    assert_eq!(usual, bare(unit_panel().title("panel")).render().unwrap());
    for scale in [0.5, 1.5, 2.0] {
        let image = figure(scale);
        assert_eq!(f64::from(image.width()), 640.0 * scale);
        assert_eq!(f64::from(image.height()), 480.0 * scale);
        for color in [Color::BLUE, Color::VERMILLION, Color::GREEN] {
            let (one, other) = (
                centroid(&find(&usual, color)),
                centroid(&find(&image, color)),
            );
            let apart = (one.0 * scale - other.0).hypot(one.1 * scale - other.1);
            assert!(apart < 0.5, "{scale} {one:?} {other:?}");
        }
    }
}

#[test]
fn a_scale_that_gives_no_image_is_refused() {
    for scale in [0.49, 8.1, 0.0, -1.0, f64::NAN, f64::INFINITY] {
        let refused = bare(unit_panel()).scale(scale).render().unwrap_err();
        assert!(matches!(refused, Error::Scale { .. }), "{refused}");
    }
    // The limit of 4096 pixels holds for the image, not for the figure.
    let figure = |scale| {
        Figure::new("")
            .size(2048, 480)
            .panel(unit_panel())
            .scale(scale)
    };
    assert_eq!(figure(2.0).render().unwrap().width(), 4096);
    let refused = figure(2.01).render().unwrap_err();
    assert!(
        matches!(refused, Error::Scale { width, .. } if width > 4096.0),
        "{refused}"
    );
    let text = refused.to_string();
    assert!(
        ["0.5", "8", "64", "4096"]
            .iter()
            .all(|limit| text.contains(limit)),
        "{text}"
    );
}
