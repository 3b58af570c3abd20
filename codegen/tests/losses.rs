//! Nothing in a document is lost without a word, and nothing in it ends the generator.

use imagekitio_codegen::{Generated, generate};

fn client(source: &str) -> Generated {
    generate(source).unwrap_or_else(|problem| panic!("{problem}\n{source}"))
}

/// The client of a document that has these components alone.
fn components(schemas: &str) -> Generated {
    client(&format!(
        "openapi: 3.1.0\npaths: {{}}\ncomponents: {{schemas: {schemas}}}"
    ))
}

/// The block of a type in the surface.
fn block<'g>(generated: &'g Generated, name: &str) -> &'g str {
    let blocks = generated.types_surface.split("\n\n");
    let is_of = |block: &&str| block.split([' ', '\n']).nth(1) == Some(name);
    let mut found = blocks.filter(is_of);
    found
        .next()
        .unwrap_or_else(|| panic!("no `{name}` in\n{}", generated.types_surface))
        .trim_end()
}

/// What contains nothing but itself may be any value, and the developer who builds hears of it.
#[test]
fn circles_end_in_any_value() {
    const ANY: &str = "type A = Value";
    for (schemas, expected) in [
        ("{A: {$ref: \"#/components/schemas/A\"}}", ANY),
        (
            "{A: {type: array, items: {$ref: \"#/components/schemas/A\"}}}",
            "type A = Vec<Value>",
        ),
        (
            "{A: {additionalProperties: {$ref: \"#/components/schemas/A\"}}}",
            "type A = Map<String, Value>",
        ),
        (
            "{A: {$ref: \"#/components/schemas/B\"}, B: {$ref: \"#/components/schemas/A\"}}",
            "type A = B",
        ),
        (
            "{A: {allOf: [{$ref: \"#/components/schemas/B\"}]}, B: {allOf: [{$ref: \"#/components/schemas/A\"}]}}",
            "type A = B",
        ),
        (
            "{A: {type: object, properties: {b: {type: array, items: {$ref: \"#/components/schemas/A/properties/b\"}}}}}",
            "struct A\n    b: Option<Vec<Value>>, optional \"b\"",
        ),
        ("{A: {$dynamicRef: \"#node\"}}", ANY),
        ("{A: {$recursiveRef: \"#\"}}", ANY),
    ] {
        let generated = components(schemas);
        assert_eq!(block(&generated, "A"), expected, "{schemas}");
        assert_eq!(generated.warnings.len(), 1, "{:?}", generated.warnings);
    }
}
