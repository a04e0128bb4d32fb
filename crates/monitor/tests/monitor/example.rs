//! The example runs, and what it prints is true.

#[path = "../../examples/two_layers.rs"]
#[allow(dead_code, reason = "its main is not called here")]
mod two_layers;

#[test]
fn the_network_trains_below_the_edge_by_the_rule_that_is_said() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("monitor");
    let report = two_layers::run(&folder).unwrap();
    let (iterations, over) = report.over_edge();
    assert_eq!((iterations, over), (3000, 0));
    let halves = report.joined(2);
    let [first, second] = &halves[..] else {
        panic!("{halves:?}");
    };
    assert!(second.loss() < first.loss());
    // PyTorch's line is the rule, up to rounding in f32.
    assert!(first.mismatch().unwrap() < 1e-3 && second.mismatch().unwrap() < 1e-3);
    // At the plateau the motion is warm by the noise, up to what still falls and what anisotropy does.
    let ratio = second.kinetic_temperature().unwrap() / second.temperature().unwrap();
    assert!((0.8..1.6).contains(&ratio), "{ratio}");
    let image = std::fs::read(folder.join("two_layers.png")).unwrap();
    assert!(image.starts_with(b"\x89PNG"));
    let csv = std::fs::read_to_string(folder.join("two_layers.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + report.rows().len());
}
