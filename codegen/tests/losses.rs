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

/// A document with these paths and components.
fn document(paths: &str, components: &str) -> String {
    format!(
        "openapi: 3.1.0\nservers: [{{url: https://api.example.com}}]\npaths: {paths}\ncomponents: {components}"
    )
}

fn operations(paths: &str, components: &str) -> Generated {
    client(&document(paths, components))
}

fn refusal(source: &str) -> String {
    match generate(source) {
        Ok(_) => panic!("taken: {source}"),
        Err(problem) => problem.to_string(),
    }
}

#[track_caller]
fn assert_block(generated: &Generated, name: &str, expected: &[&str]) {
    let lines: Vec<&str> = block(generated, name).lines().map(str::trim).collect();
    assert_eq!(lines, expected, "{}", generated.types_surface);
}

#[test]
fn a_property_of_several_parts_is_all_of_them() {
    let generated = components(
        "{Base: {type: object, properties: {data: {type: object, required: [id], properties: {id: {type: string}, kind: {type: string}}}, size: {type: number}, either: {}}},
          A: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, required: [data], properties: {data: {type: object, properties: {name: {type: string}, kind: {enum: [x, y]}}}, size: {type: integer, nullable: true}, either: {type: string}}}]},
          Lists: {allOf: [{properties: {a: {type: array, items: {properties: {x: {type: string}}}}}}, {properties: {a: {items: {properties: {y: {type: string}}}}}}]}}",
    );
    assert_block(
        &generated,
        "A",
        &[
            "struct A",
            "data: AData, required \"data\"",
            "either: Option<String>, optional \"either\"",
            "size: Option<Number>, optional \"size\"",
        ],
    );
    assert_block(
        &generated,
        "AData",
        &[
            "struct AData",
            "id: String, required \"id\"",
            "kind: Option<ADataKind>, optional \"kind\"",
            "name: Option<String>, optional \"name\"",
        ],
    );
    assert_block(
        &generated,
        "ADataKind",
        &["enum ADataKind", "X \"x\"", "Y \"y\""],
    );
    assert_block(
        &generated,
        "ListsAItem",
        &[
            "struct ListsAItem",
            "x: Option<String>, optional \"x\"",
            "y: Option<String>, optional \"y\"",
        ],
    );
}

/// Types that exclude one another: any value with a warning, or a refusal where the value is
/// required.
#[test]
fn contradictions_are_said() {
    let schemas = |required: &str| {
        format!(
            "{{A: {{allOf: [{{type: object, {required} properties: {{a: {{type: string}}}}}}, {{properties: {{a: {{type: object}}}}}}]}}}}"
        )
    };
    let generated = components(&schemas(""));
    assert_block(
        &generated,
        "A",
        &["struct A", "a: Option<Value>, optional \"a\""],
    );
    assert_eq!(
        generated.warnings,
        [
            "#/components/schemas/A/allOf/1/properties/a/type contradicts other schemas of the value, so that it may be any value"
        ]
    );
    assert_eq!(
        refusal(&format!(
            "openapi: 3.1.0\npaths: {{}}\ncomponents: {{schemas: {}}}",
            schemas("required: [a],")
        )),
        "at #/components/schemas/A/allOf/1/properties/a/type\n  \
         found: a type that contradicts other schemas of `a`, which is required\n  \
         fix:   let all parts of the schema agree on its type"
    );
}

#[test]
fn alternatives_beside_alternatives_are_all_there() {
    // One of them says which properties belong together.
    let generated = components(
        "{A: {oneOf: [{properties: {a: {type: string}}}, {properties: {b: {type: string}}}], anyOf: [{required: [a]}, {required: [b]}]},
          B: {oneOf: [{properties: {a: {type: string}}}, {properties: {b: {type: string}}}], anyOf: [{properties: {c: {type: string}}}, {properties: {d: {type: string}}}]},
          Format: {type: string, anyOf: [{format: date}, {format: email}]},
          Needs: {type: object, required: [id], oneOf: [{properties: {id: {type: string}, a: {type: string}}}, {properties: {id: {type: string}, b: {type: string}}}]}}",
    );
    assert_block(&generated, "A", &["union A", "A(AA)", "B(AB)"]);
    assert_block(
        &generated,
        "B",
        &[
            "union B",
            "Variant1(BVariant1)",
            "Variant2(BVariant2)",
            "Variant3(BVariant3)",
            "Variant4(BVariant4)",
        ],
    );
    assert_block(
        &generated,
        "BVariant2",
        &[
            "struct BVariant2",
            "a: Option<String>, optional \"a\"",
            "d: Option<String>, optional \"d\"",
        ],
    );
    assert_block(&generated, "Format", &["type Format = String"]);
    assert_block(
        &generated,
        "NeedsA",
        &[
            "struct NeedsA",
            "a: Option<String>, optional \"a\"",
            "id: String, required \"id\"",
        ],
    );
}

#[test]
fn what_stands_beside_a_reference_counts() {
    let generated = components(
        "{P: {type: object, properties: {id: {type: string}, color: {type: string}}}, Color: {type: string}, Any: {},
          A: {type: object, properties: {
            same: {$ref: '#/components/schemas/P', type: object, description: Same.},
            strict: {$ref: '#/components/schemas/P', required: [id]},
            more: {$ref: '#/components/schemas/P', properties: {more: {type: number}}},
            listed: {$ref: '#/components/schemas/Color', enum: [red]},
            secret: {$ref: '#/components/schemas/Color', format: password},
            whole: {$ref: '#/components/schemas/Any', type: integer},
            nothing: {$ref: '#/components/schemas/Color', nullable: true}}, required: [nothing]}}",
    );
    assert_block(
        &generated,
        "A",
        &[
            "struct A",
            "listed: Option<AListed>, optional \"listed\"",
            "more: Option<AMore>, optional \"more\"",
            "nothing: Option<Color>, nullable \"nothing\"",
            "same: Option<P>, optional \"same\"",
            "secret: Option<String>, optional \"secret\"",
            "strict: Option<AStrict>, optional \"strict\"",
            "whole: Option<Number>, optional \"whole\"",
        ],
    );
    assert_block(
        &generated,
        "AStrict",
        &[
            "struct AStrict",
            "color: Option<String>, optional \"color\"",
            "id: String, required \"id\"",
        ],
    );
}

/// `$ref` where OpenAPI allows none is followed.
#[test]
fn references_stand_for_anything() {
    let generated = client(
        "openapi: 3.1.0
paths: {$ref: '#/x-paths'}
x-paths:
  /a:
    $ref: '#/x-item'
    parameters: [{name: own, in: query, schema: {type: string}}]
    get: {operationId: get-a, responses: {$ref: '#/x-replies'}}
  /b:
    get: {$ref: '#/x-item/put'}
x-item:
  parameters: [{name: shared, in: query, schema: {type: string}}, {name: own, in: query, schema: {type: integer}}]
  put: {operationId: put-a, responses: {'200': {content: {application/json: {schema: {type: array, items: {type: string}}}}}}}
x-replies: {'200': {content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}}
",
    );
    assert_eq!(
        generated.operations_surface,
        "get_a
    GET /a
    own?: String in query \"own\"
    shared?: String in query \"shared\"
    reply GetAResponse
    error ApiErrorBody
    200 application/json

put_a
    PUT /a
    own?: String in query \"own\"
    shared?: String in query \"shared\"
    reply PutAResponse
    error ApiErrorBody
    200 application/json

put_a_2
    GET /b
    reply PutAResponse2
    error ApiErrorBody
    200 application/json
"
    );
    assert_eq!(
        refusal(
            "openapi: 3.1.0
paths: {/a: {$ref: '#/x-item', get: {operationId: one}}}
x-item: {get: {operationId: other}}"
        ),
        "at #/paths/~1a/get\n  found: an operation of the method GET here and in the path that is referred to\n  fix:   take one of them out"
    );
}

/// JSON is sent where it is offered, then a form, then other media types; the others are in the
/// summary.
#[test]
fn bodies_of_every_media_type_are_sent() {
    let body = |content: &str| {
        let paths = format!(
            "{{/a: {{post: {{operationId: send, requestBody: {{required: true, content: {content}}}}}}}}}"
        );
        let generated = operations(&paths, "{}");
        let lines = generated.operations_surface.lines().map(str::trim);
        let is_sent = |line: &&str| {
            ["body", "form", "reply"].contains(&line.split([' ', '?']).next().unwrap())
        };
        let line = lines.clone().find(is_sent).unwrap();
        (line.to_owned(), generated.summary.lines().count())
    };
    for (content, expected, listed) in [
        (
            "{text/csv: {}, application/json: {}}",
            "body SendRequest",
            1,
        ),
        (
            "{application/merge-patch+json: {}}",
            "body SendRequest as application/merge-patch+json",
            0,
        ),
        (
            "{application/vnd.a+json: {}, application/json; charset=utf-8: {}}",
            "body SendRequest as application/json; charset=utf-8",
            1,
        ),
        (
            "{multipart/form-data: {}, application/x-www-form-urlencoded: {}}",
            "body SendRequest as application/x-www-form-urlencoded",
            1,
        ),
        ("{text/csv: {}}", "body Body as text/csv", 0),
        ("{application/cbor: {}}", "body Body as application/cbor", 0),
        ("{image/*: {}}", "body Body as application/octet-stream", 0),
        ("{multipart/mixed: {}}", "body Body as multipart/mixed", 0),
        (
            "{multipart/form-data: {}}",
            "form SendRequest, without a method",
            0,
        ),
        ("{}", "reply ()", 1),
    ] {
        let (line, count) = body(content);
        assert_eq!((line.as_str(), count), (expected, listed), "{content}");
    }
    let optional = operations(
        "{/a: {post: {operationId: send, requestBody: {content: {application/json: {}}}}}}",
        "{}",
    );
    assert!(
        optional
            .operations_surface
            .contains("    body? SendRequest\n")
    );
}

/// The JSON reply keeps its type when another status answers in another media type.
#[test]
fn replies_beside_json_are_said() {
    let generated = operations(
        "{/a: {get: {operationId: get-a, responses: {200: {content: {application/json: {schema: {properties: {a: {type: string}}}}}}, 206: {content: {text/csv: {}}}}}}}",
        "{}",
    );
    assert!(generated.operations_surface.contains("reply GetAResponse"));
    let both = operations(
        "{/a: {get: {operationId: get-a, responses: {200: {content: {text/csv: {}, application/json: {}}}}}}}",
        "{}",
    );
    assert_eq!(
        both.summary,
        "#/paths/~1a/get/responses/200/content/text~1csv is another media type for a reply, `text/csv`; `application/json` is asked for\n"
    );
    assert_block(
        &generated,
        "GetAResponse",
        &["struct GetAResponse", "a: Option<String>, optional \"a\""],
    );
    assert_eq!(
        generated.warnings,
        [
            "#/paths/~1a/get/responses/206/content/text~1csv is `text/csv` beside JSON: it comes as `Error::InvalidResponsePayload`, which has its bytes"
        ]
    );
}

#[test]
fn values_of_every_kind_are_enums() {
    let generated = components(
        "{A: {type: object, properties: {level: {type: integer, enum: [1, 2, null]}, mixed: {enum: [auto, 10, 1.5, true]}, flag: {type: boolean, enum: [true]}, one: {enum: [7]}, odd: {enum: [{a: 1}]}}}}",
    );
    assert_block(
        &generated,
        "A",
        &[
            "struct A",
            "flag: Option<bool>, optional \"flag\"",
            "level: Option<ALevel>, optional \"level\"",
            "mixed: Option<AMixed>, optional \"mixed\"",
            "odd: Option<Value>, optional \"odd\"",
            "one: Option<Number>, optional \"one\"",
        ],
    );
    assert_block(&generated, "ALevel", &["union ALevel", "N1 = 1", "N2 = 2"]);
    assert_block(
        &generated,
        "AMixed",
        &[
            "union AMixed",
            "Auto = \"auto\"",
            "N10 = 10",
            "N15 = 1.5",
            "True = true",
        ],
    );
}

#[test]
fn parameters_of_every_style_are_sent() {
    let parameters = "
      - {name: ids, in: path, required: true, schema: {type: array, items: {type: integer}}}
      - {name: dot, in: path, required: true, style: label, schema: {type: string}}
      - {name: semi, in: path, required: true, style: matrix, explode: true, schema: {type: array, items: {type: string}}}
      - {name: comma, in: query, explode: false, schema: {type: array, items: {enum: [a, b]}}}
      - {name: pipe, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}
      - {name: space, in: query, style: spaceDelimited, schema: {type: array, items: {type: string}}}
      - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {name: {type: string}}}}
      - {name: page, in: query, schema: {type: object, additionalProperties: {type: integer}}}
      - {name: flat, in: query, explode: false, schema: {type: object, properties: {a: {type: string}}}}
      - {name: X-Sizes, in: header, explode: true, schema: {type: object, properties: {w: {type: integer}}}}
      - {name: sid, in: cookie, schema: {type: string}}
      - {name: tags, in: query, schema: {type: array, items: {type: string}}}
      - {name: 'tags[]', in: query, schema: {type: array, items: {type: string}}}
      - {name: body, in: query, schema: {type: string}}
      - {name: id, in: query, schema: {type: string}}
      - {name: id, in: header, schema: {type: string}}
      - {name: maybe, in: query, schema: {oneOf: [{type: 'null'}, {type: integer, minimum: 0}]}}
      - {name: level, in: query, schema: {type: integer, enum: [1, 2]}}";
    let generated = client(&format!(
        "openapi: 3.1.0\npaths:\n  /a/{{ids}}{{dot}}{{semi}}:\n    options:\n      operationId: ask\n      parameters: {parameters}\n"
    ));
    assert_eq!(
        generated.operations_surface,
        "ask
    OPTIONS /a/{ids}{dot}{semi}
    ids: Vec<Number> in path joined by ','
    dot: String in path as label
    semi: Vec<String> in path as matrix, exploded
    body?: String in query \"body\"
    comma?: Vec<AskCommaItem> in query \"comma\" joined by ','
    filter?: AskFilter in query \"filter\" as deepObject
    flat?: AskFlat in query \"flat\" joined by ','
    id?: String in query \"id\"
    level?: Number in query \"level\"
    maybe?: Number in query \"maybe\"
    page?: AskPage in query \"page\" as pairs
    pipe?: Vec<String> in query \"pipe\" joined by '|'
    space?: Vec<String> in query \"space\" joined by ' '
    tags?: Vec<String> in query \"tags\"
    tags2?: Vec<String> in query \"tags[]\"
    id2?: String in header \"id\"
    x_sizes?: AskXSizes in header \"X-Sizes\" as assignments
    sid?: String in cookie \"sid\"
    reply ()
    error ApiErrorBody
"
    );
}

/// What is optional and can't be expressed is left out with a warning.
#[test]
fn what_is_optional_is_left_out() {
    for (parameter, found) in [
        (
            "{in: query, schema: {type: string}}",
            "a parameter without a name",
        ),
        (
            "{name: '', in: query, schema: {type: string}}",
            "a parameter without a name",
        ),
        (
            "{name: a, in: body, schema: {type: string}}",
            "a parameter in `body`",
        ),
    ] {
        let paths = format!("{{/a: {{get: {{operationId: get-a, parameters: [{parameter}]}}}}}}");
        let generated = operations(&paths, "{}");
        let [warning] = generated.warnings.as_slice() else {
            panic!("{parameter}: {:?}", generated.warnings);
        };
        assert!(
            warning.ends_with(&format!("is {found}, which is left out")),
            "{warning}"
        );
        assert_eq!(generated.summary.lines().next(), Some(warning.as_str()));
    }
    // The caller writes what OpenAPI has no way for.
    for items in [
        "{type: array}",
        "{type: object, properties: {a: {type: string}}}",
    ] {
        let generated = operations(
            &format!(
                "{{/a: {{get: {{operationId: get-a, parameters: [{{name: a, in: query, required: true, schema: {{type: array, items: {items}}}}}]}}}}}}"
            ),
            "{}",
        );
        assert!(
            generated
                .operations_surface
                .contains("a: Vec<String> in query \"a\"\n")
        );
        assert_eq!(generated.warnings.len(), 1);
    }
    // A string, which the document does not say.
    let generated = operations("{'/a/{id}': {get: {operationId: get-a}}}", "{}");
    assert!(generated.operations_surface.contains("id: String in path"));
    assert_eq!(generated.warnings.len(), 1);
}

/// A list, and a value or a list, is a list. One that contains itself ends.
#[test]
fn lists_of_parameters_end() {
    for (schema, expected, warnings) in [
        (
            "{anyOf: [{type: integer}, {type: array, items: {type: integer}}]}",
            "Vec<String>",
            0,
        ),
        (
            "{type: [string, array], items: {type: string}}",
            "Vec<String>",
            0,
        ),
        ("{$ref: '#/components/schemas/Lists'}", "Vec<String>", 1),
    ] {
        let generated = operations(
            &format!(
                "{{/a: {{get: {{operationId: get-a, parameters: [{{name: a, in: query, schema: {schema}}}]}}}}}}"
            ),
            "{schemas: {Lists: {type: array, items: {$ref: '#/components/schemas/Lists'}}}}",
        );
        let line = format!("a?: {expected} in query \"a\"\n");
        assert!(generated.operations_surface.contains(&line), "{schema}");
        let of_parameter = |warning: &&String| warning.contains("parameter");
        assert_eq!(
            generated.warnings.iter().filter(of_parameter).count(),
            warnings
        );
    }
}

/// Where a type goes both ways, what is required in one of them is an optional field.
#[test]
fn what_goes_one_way_is_required_there_alone() {
    let schema = "{type: object, required: [id, key, name], properties: {id: {type: string, readOnly: true}, key: {type: string, writeOnly: true}, name: {type: string}}}";
    let content = |schema: &str| format!("{{content: {{application/json: {{schema: {schema}}}}}}}");
    let client = |schema: &str, components: &str| {
        let body = content(schema);
        operations(
            &format!(
                "{{/a: {{post: {{operationId: send, requestBody: {body}, responses: {{200: {body}}}}}}}}}"
            ),
            components,
        )
    };
    const OPTIONAL_ID: &str = "id: Option<String>, optional \"id\"";
    const OPTIONAL_KEY: &str = "key: Option<String>, optional \"key\"";
    const NAME: &str = "name: String, required \"name\"";
    let both = client(
        "{$ref: '#/components/schemas/Thing'}",
        &format!("{{schemas: {{Thing: {schema}}}}}"),
    );
    assert_block(
        &both,
        "Thing",
        &["struct Thing", OPTIONAL_ID, OPTIONAL_KEY, NAME],
    );
    let apart = client(schema, "{}");
    assert_block(
        &apart,
        "SendRequest",
        &[
            "struct SendRequest",
            OPTIONAL_ID,
            "key: String, required \"key\"",
            NAME,
        ],
    );
    assert_block(
        &apart,
        "SendResponse",
        &[
            "struct SendResponse",
            "id: String, required \"id\"",
            OPTIONAL_KEY,
            NAME,
        ],
    );
}

#[test]
fn a_reply_to_head_has_no_body() {
    let generated = operations(
        "{/a: {head: {operationId: ask, responses: {200: {content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: string}}}}}}}}}}",
        "{}",
    );
    assert!(generated.operations_surface.contains("reply ()\n"));
}

/// The name of an arm without that of its union, where that leaves a name.
#[test]
fn arms_keep_names_that_are_names() {
    for (name, variant) in [
        ("Foo2", "Foo2"),
        ("Fooled", "Fooled"),
        ("FooSelf", "FooSelf"),
        ("FooBar", "Bar"),
    ] {
        let generated = components(&format!(
            "{{Foo: {{oneOf: [{{$ref: '#/components/schemas/B'}}, {{type: integer}}]}}, B: {{x-rust-name: {name}, type: object, properties: {{a: {{type: string}}}}}}}}"
        ));
        let arm = format!("{variant}({name})");
        assert_block(&generated, "Foo", &["union Foo", &arm, "Number(Number)"]);
    }
}

/// Cargo obeys each line that a build script writes.
#[test]
fn warnings_are_lines() {
    let contradiction = "{allOf: [{type: object, properties: {a: {type: string}}}, {properties: {a: {type: object}}}]}";
    let generated = components(&format!("{{\"A\\ncargo:rustc-env=A=1\": {contradiction}}}"));
    let [warning] = generated.warnings.as_slice() else {
        panic!("{:?}", generated.warnings);
    };
    assert!(
        warning.starts_with("#/components/schemas/A cargo:rustc-env=A=1/allOf/1/"),
        "{warning}"
    );
    assert_eq!(generated.summary.lines().count(), 1);
}

/// A component that is called like the body of a new operation stays a model.
#[test]
fn a_new_operation_takes_no_model_away() {
    let body = |schema: &str| {
        format!("requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}")
    };
    let reference = "{$ref: '#/components/schemas/SetThingRequest'}";
    let known = format!(
        "/a: {{put: {{operationId: set-all, {}}}}}",
        body(&format!(
            "{{type: object, properties: {{thing: {reference}}}}}"
        ))
    );
    let new = format!(
        "/b: {{put: {{operationId: set-thing, {}}}}}",
        body("{type: object, properties: {b: {type: string}}}")
    );
    for paths in [format!("{{{known}}}"), format!("{{{known}, {new}}}")] {
        let generated = operations(
            &paths,
            "{schemas: {SetThingRequest: {type: object, properties: {a: {type: string}}}}}",
        );
        let mut words = generated.models.split(|c: char| !c.is_alphanumeric());
        assert!(
            words.any(|word| word == "SetThingRequest"),
            "{}",
            generated.models
        );
    }
}

#[test]
fn webhooks_need_no_paths() {
    let generated = client(
        "openapi: 3.1.0
webhooks: {a: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [x], properties: {x: {type: string}}}}}}}}}",
    );
    assert!(generated.types_surface.contains("WebhookEvent"));
    client("openapi: 3.1.0\ncomponents: {schemas: {A: {type: string}}}");
}

/// What can't be expressed is in the summary: a line for each keyword.
#[test]
fn the_summary_says_what_the_client_goes_without() {
    let generated = client(
        "openapi: 3.1.0
security: [{key: []}]
odd: 1
paths:
  /a:
    get:
      operationId: get-a
      callbacks: {done: {}}
      responses: {'200': {description: A., headers: {X-A: {schema: {type: string}}}, links: {}}}
components:
  schemas:
    A: {type: object, if: {}, then: {}, properties: {list: {prefixItems: [], items: [{}]}, not: {not: {}}, example: {description: Prose.}}}
    B: {patternProperties: {a: {}}, minProperties: 1, example: {if: {}}, x-own: {if: {}}}
    C: {type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
",
    );
    assert_eq!(
        generated.summary,
        "`callbacks` of an operation, once: requests that the server makes have no code here (#/paths/~1a/get/callbacks)
`discriminator` of a schema, once: what schemas that extend it add is kept in `extra` (#/components/schemas/C/discriminator)
`headers` of a response, once: all headers of a reply are there, by name (#/paths/~1a/get/responses/200/headers)
`if` of a schema, once: the type is the same either way (#/components/schemas/A/if)
`items` of a schema, once: the items of a list have one type (#/components/schemas/A/properties/list/items)
`links` of a response, once: the next request is the caller's to make (#/paths/~1a/get/responses/200/links)
`not` of a schema, once: no type excludes values (#/components/schemas/A/properties/not/not)
`odd` of a document, once: the client doesn't know it (#/odd)
`patternProperties` of a schema, once: these properties are kept in `extra` (#/components/schemas/B/patternProperties)
`prefixItems` of a schema, once: the items of a list have one type (#/components/schemas/A/properties/list/prefixItems)
`security` of a document, once: authentication is the client's own: its private key (#/security)
`then` of a schema, once: the type is the same either way (#/components/schemas/A/then)
"
    );
}

/// Words of one letter and digits, which another case conversion would join.
#[test]
fn odd_names_are_converted_once() {
    let parameters = "{name: X-Mode, in: header, schema: {enum: [a, b]}}, {name: q-a-b, in: query, schema: {type: object, properties: {c-d: {type: object, properties: {e: {type: string}}}}}}";
    for (id, names) in [
        (
            "list-things-v2",
            [
                "ListThingsV2QAB",
                "ListThingsV2QABCD",
                "ListThingsV2Response",
                "ListThingsV2XMode",
            ],
        ),
        (
            "list-a-b-tests",
            [
                "ListABTestsQAB",
                "ListABTestsQABCD",
                "ListABTestsResponse",
                "ListABTestsXMode",
            ],
        ),
    ] {
        let paths = format!(
            "{{/a: {{get: {{operationId: {id}, parameters: [{parameters}], responses: {{200: {{content: {{application/json: {{schema: {{type: object, properties: {{a: {{type: string}}}}}}}}}}}}}}}}}}}}"
        );
        let generated = operations(&paths, "{}");
        for name in names {
            block(&generated, name);
        }
    }
    // As an overlay would name it.
    let generated = components(
        "{A: {type: array, items: {type: object, x-rust-name: ListABTestsXMode, properties: {a: {}}}}}",
    );
    block(&generated, "ListABTestsXMode");
}

/// Far more than the largest document that is published: nothing in the lowering takes the square
/// of that.
#[test]
fn large_documents_are_lowered() {
    use serde_json::{Map, Value, json};

    const SCHEMAS: usize = 20_000;
    const OPERATIONS: usize = 1_200;
    let reference =
        |number: usize| json!({ "$ref": format!("#/components/schemas/S{}", number % SCHEMAS) });
    let schema = |number: usize| match number % 5 {
        0 => {
            json!({ "type": "object", "properties": { "next": reference(number + 1), "same": { "type": "object", "properties": { "a": {} } } } })
        }
        1 => json!({ "type": "array", "items": reference(number + 2) }),
        2 => {
            json!({ "allOf": [reference(number + 3), { "properties": { "own": { "type": "string" } } }] })
        }
        3 => json!({ "enum": ["a", "b", number.to_string()] }),
        _ => {
            json!({ "oneOf": [reference(number + 1), reference(number + 3), { "type": "string" }] })
        }
    };
    let mut schemas: Map<String, Value> = (0..SCHEMAS)
        .map(|number| (format!("S{number}"), schema(number)))
        .collect();
    // One name for all, and one union of all.
    for number in 0..2_000 {
        schemas.insert(
            format!("one{}name", " ".repeat(number)),
            json!({ "type": "string" }),
        );
    }
    let arms: Vec<Value> = (0..1_000).map(|number| reference(number * 5)).collect();
    schemas.insert("All".to_owned(), json!({ "oneOf": arms }));
    let parameter = |number: usize| json!({ "name": format!("p{number}"), "in": "query", "schema": { "type": "string" } });
    let paths: Map<String, Value> = (0..OPERATIONS)
        .map(|number| {
            let content = json!({ "application/json": { "schema": reference(number * 5) } });
            let error = json!({ "application/json": { "schema": { "type": "object", "properties": { format!("e{}", number % 50): { "type": "string" } } } } });
            let operation = json!({
                "operationId": "same",
                "parameters": (0..4).map(parameter).collect::<Vec<_>>(),
                "requestBody": { "content": content },
                "responses": { "200": { "description": "", "content": content }, "400": { "description": "", "content": error } },
            });
            (format!("/p{number}"), json!({ "post": operation }))
        })
        .collect();
    let source =
        json!({ "openapi": "3.1.0", "paths": paths, "components": { "schemas": schemas } });
    let generated = client(&source.to_string());
    let count = generated.operations_surface.split("\n\n").count();
    assert_eq!(count, OPERATIONS);
}
