//! The lowering, one construct at a time: a small document for each, and what is generated from it.
//!
//! Each accepted construct has a document in `documents/constructs` and a snapshot in
//! `snapshots/lowering`, which shows the operations and types in short. That the generated code
//! compiles is for `.ci/replace constructs` to show. How the types treat values that the document
//! does not know, unknown properties, nulls and odd numbers is the same for all of them: the guards
//! prove it with the real document.
//!
//! A construct that cannot be taken has its message here.

use imagekitio_codegen::generate;

mod accepted {
    use super::generate;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documents/constructs");

    /// Compares the short form of what is generated with the snapshot.
    fn check(name: &str) {
        let source = std::fs::read_to_string(format!("{FOLDER}/{name}.yaml")).unwrap();
        let generated = generate(&source).unwrap_or_else(|problem| panic!("{problem}"));
        let operations = generated.operations_surface.trim();
        let text = format!("{operations}\n\n{}", generated.types_surface.trim());
        let mut insta = insta::Settings::clone_current();
        insta.set_snapshot_path("../snapshots/lowering");
        insta.set_prepend_module_to_snapshot(false);
        insta.set_omit_expression(true);
        insta.bind(|| insta::assert_snapshot!(name, text.trim()));
    }

    macro_rules! constructs {
        ($($(#[$doc:meta])* $name:ident: $file:ident;)*) => {
            $(
                $(#[$doc])*
                #[test]
                fn $name() {
                    check(stringify!($file));
                }
            )*

            #[test]
            fn every_construct_has_a_test() {
                let mut tested = vec![$(stringify!($file)),*];
                tested.sort_unstable();
                let mut found: Vec<String> = std::fs::read_dir(FOLDER)
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .map(|file| file.strip_suffix(".yaml").unwrap().to_owned())
                    .collect();
                found.sort_unstable();
                assert_eq!(found, tested);
            }
        };
    }

    constructs! {
        // What stops the generator when it gets the document as it is.
        version_3_1_becomes_3_0: version_3_1;
        a_version_without_quotes_is_a_version: version_as_a_number;
        version_3_0_is_taken_with_its_own_null: version_3_0;
        a_response_needs_no_description: response_without_description;
        a_type_list_with_yaml_null_is_nullable: type_list_with_yaml_null;
        bare_examples_do_not_matter: bare_examples;
        a_multipart_operation_has_types_but_no_method: multipart_body;
        /// Also the panic of the generator on several reply types.
        several_components_as_success_are_one_type: success_of_several_components;

        // What the generator takes, and gets wrong.
        inline_bodies_are_named_by_their_place: duplicated_inline_objects;
        success_bodies_are_merged_without_loss: several_success_types;
        success_bodies_that_cannot_be_merged_are_a_union: success_of_unlike_shapes;
        no_content_has_no_content: no_content_with_content;
        an_empty_reply_beside_a_body_is_readable: no_content_beside_content;
        error_bodies_are_one_lenient_type: error_bodies;
        closed_objects_under_all_of_are_one_object: all_of_closed_objects;
        properties_beside_all_of_are_kept: all_of_maps_and_objects;
        a_union_under_all_of_keeps_the_other_parts: all_of_with_a_union;
        null_and_absence_differ_in_requests: null_in_a_request;
        null_and_absence_differ_behind_a_path_reference: null_in_a_referenced_path;
        /// The guards read both arms of the real one.
        a_union_of_optional_objects_has_an_arm_for_each: union_of_optional_objects;
        a_union_of_scalars_has_typed_arms: union_of_scalars;
        /// That unknown properties are kept is in the guards.
        a_closed_reply_is_open: closed_reply;
        a_const_is_an_enum_of_one: const;
        /// That unknown values are kept is in the guards.
        enumerations_are_open: enumerations;
        /// That fractions and large sizes survive is in the tests of `Number`.
        numbers_are_lenient: numbers;
        a_path_keeps_its_server: path_level_server;
        defaults_are_not_sent: defaults;
        headers_of_replies_are_no_obstacle: response_headers;
        /// How they print is in the tests of secrets.
        secrets_are_strings: secrets;

        // Unions and discriminators.
        a_mapping_decides: discriminator_with_mapping;
        without_a_mapping_the_arms_decide: discriminator_without_mapping;
        a_constant_tells_arms_apart: union_told_apart_by_a_constant;
        unions_nest: nested_unions;
        aliases_of_one_type_do_not_collide: aliases_in_a_union;
        types_may_contain_themselves: recursion;

        // Odd places.
        webhooks_are_a_union: webhooks;
        webhooks_without_a_type_go_by_shape: webhooks_without_type;
        siblings_of_a_reference_count: reference_with_siblings;
        references_lead_anywhere: references_of_all_kinds;
        objects_without_properties_are_maps: objects_without_properties;
        vendor_extensions_mean_nothing: vendor_extensions;
        components_may_be_missing: no_components;
        anchors_and_merge_keys_work: anchors;
        prose_is_no_code: prose;

        // Names.
        any_property_name_works: names_of_properties;
        any_component_name_works: names_of_types;
        any_operation_name_works: names_of_operations;
        a_component_may_be_called_like_a_body: names_of_bodies;
        a_component_may_be_called_like_the_error_type: error_type_name_in_use;

        // Requests and replies.
        methods_of_http: methods;
        parameters_of_all_kinds: parameters;
        replies_of_all_kinds: replies;
        bodies_of_all_media_types: media_types;
        parameters_of_all_styles: parameter_styles;
        values_of_all_kinds: values;
        references_stand_anywhere: references_anywhere;
        parts_are_merged: parts;
        circles_end: circles;
    }
}

/// The message for a document that is refused.
fn refusal(source: &str) -> String {
    match generate(source) {
        Ok(_) => panic!("taken: {source}"),
        Err(problem) => problem.to_string(),
    }
}

/// A document with one operation and one component.
fn with(operation: &str, component: &str) -> String {
    format!(
        "openapi: 3.1.0\npaths:\n  /a/{{id}}: {{get: {operation}}}\ncomponents: {{schemas: {{A: {component}}}}}\n"
    )
}

const ID: &str = "{name: id, in: path, required: true, schema: {type: string}}";

/// The message for an operation that has these parameters beside its path parameter.
fn with_parameter(parameter: &str) -> String {
    refusal(&with(
        &format!("{{operationId: get-a, parameters: [{ID}, {parameter}]}}"),
        "{}",
    ))
}

#[track_caller]
fn assert_message(message: &str, pointer: &str, found: &str, fix: &str) {
    let expected = format!("at #{pointer}\n  found: {found}\n  fix:   {fix}");
    assert_eq!(message, expected);
}

const SYNTAX: &str = "correct the syntax, or put the published file there again";
const VERSION: &str = "use a document of OpenAPI 3.0 or 3.1";

/// `build.rs` prints these below a line with the path of the file. Its message for a file that
/// cannot be opened is not tested here: that takes a whole build.
#[test]
fn text_that_is_no_document_is_refused() {
    assert_message(&refusal(""), "", "0 YAML documents instead of one", SYNTAX);
    assert_message(
        &refusal("# nothing\n"),
        "",
        "0 YAML documents instead of one",
        SYNTAX,
    );
    assert_message(
        &refusal("a: 1\n---\nb: 2\n"),
        "",
        "2 YAML documents instead of one",
        SYNTAX,
    );
    assert_message(
        &refusal("just text"),
        "",
        "text that is not an OpenAPI object",
        SYNTAX,
    );
    assert_message(
        &refusal("{[a]: 1}"),
        "",
        "a mapping key that is not a scalar",
        SYNTAX,
    );
    let message = refusal("<html>\n<body class=\"a: b\">: [\n");
    assert!(
        message.starts_with("at #\n  found: text that is not YAML: "),
        "{message}"
    );
}

#[test]
fn other_versions_are_refused() {
    assert_message(
        &refusal("swagger: \"2.0\""),
        "/openapi",
        "version ``",
        VERSION,
    );
    assert_message(
        &refusal("openapi: 3.2.0"),
        "/openapi",
        "version `3.2.0`",
        VERSION,
    );
    assert_message(&refusal("openapi: 2"), "/openapi", "version `2`", VERSION);
}

#[test]
fn a_document_without_paths_is_refused() {
    assert_message(
        &refusal("openapi: 3.1.0\n"),
        "/paths",
        "no paths",
        "put the complete OpenAPI document there",
    );
}

#[test]
fn references_without_an_end_are_refused() {
    let component = |schema: &str| {
        refusal(&format!(
            "openapi: 3.1.0\npaths: {{}}\ncomponents: {{schemas: {schema}}}"
        ))
    };
    assert_message(
        &component("{A: {type: object, properties: {b: {$ref: other.yaml#/B}}}}"),
        "/components/schemas/A/properties/b",
        "a reference to another file, `other.yaml#/B`",
        "put the referenced part under `components` of this document",
    );
    assert_message(
        &component("{A: {type: array, items: {$ref: \"#/components/schemas/B\"}}}"),
        "/components/schemas/A/items",
        "a reference to nothing, `#/components/schemas/B`",
        "add the referenced part, or correct the reference",
    );
    assert_message(
        &refusal(&with(
            &format!("{{parameters: [{ID}, {{$ref: \"#/components/parameters/P\"}}]}}"),
            "{}",
        )),
        "/paths/~1a~1{id}/get/parameters/1",
        "a reference to nothing, `#/components/parameters/P`",
        "add the referenced part, or correct the reference",
    );
}

/// In a request body as anywhere else, the message names the place of the reference.
#[test]
fn a_broken_reference_in_a_request_is_refused_at_its_place() {
    let body =
        "{content: {application/json: {schema: {type: object, properties: {b: {$ref: b.yaml}}}}}}";
    assert_message(
        &refusal(&with(
            &format!("{{parameters: [{ID}], requestBody: {body}}}"),
            "{}",
        )),
        "/paths/~1a~1{id}/get/requestBody/content/application~1json/schema/properties/b",
        "a reference to another file, `b.yaml`",
        "put the referenced part under `components` of this document",
    );
}

#[test]
fn parameters_that_cannot_be_sent_are_refused() {
    const AT: &str = "/paths/~1a~1{id}/get/parameters/1";
    // An optional one is left out: see the tests of losses.
    let cases = [
        (
            "{name: a, in: body, required: true, schema: {type: string}}",
            "/in",
            "a parameter in `body`",
            "use path, query, header or cookie",
        ),
        (
            "{name: a, in: query, required: true, schema: {oneOf: [{type: string}, {type: object}]}}",
            "/schema",
            "a parameter that is an object or something else",
            "let it be one of them",
        ),
        (
            "{in: query, required: true, schema: {type: string}}",
            "",
            "a parameter without a name",
            "give it one",
        ),
        (
            "{name: \"a b\", in: header, required: true, schema: {type: string}}",
            "/name",
            "`a b`, which is not the name of a header",
            "use letters, digits and `-`",
        ),
        (
            "{name: a, in: header, style: form, required: true, schema: {type: string}}",
            "/style",
            "a parameter in the style `form`",
            "use a style that OpenAPI has for its place",
        ),
    ];
    for (parameter, pointer, found, fix) in cases {
        assert_message(
            &with_parameter(parameter),
            &format!("{AT}{pointer}"),
            found,
            fix,
        );
    }
    let message = refusal(&with(
        "{operationId: get-a, parameters: [{name: id, in: path, style: dotted, schema: {type: string}}]}",
        "{}",
    ));
    assert_message(
        &message,
        "/paths/~1a~1{id}/get/parameters/0/style",
        "a parameter in the style `dotted`",
        "use a style that OpenAPI has for its place",
    );
}

/// Whatever parameters are called, each has a method, and is sent under its own name.
#[test]
fn parameters_of_one_name_are_all_sent() {
    let parameters = "{name: ID, in: query, schema: {type: string}}, \
        {name: id, in: header, schema: {type: string}}, \
        {name: \"tags[]\", in: query, schema: {type: array, items: {type: string}}}, \
        {name: tags, in: query, schema: {type: string}}, \
        {name: send, in: query, schema: {type: string}}, \
        {name: client, in: query, schema: {type: string}}, \
        {name: body, in: query, schema: {type: string}}";
    let operation = format!(
        "{{operationId: get-a, parameters: [{ID}, {parameters}], requestBody: {{required: true, content: {{application/json: {{}}}}}}}}"
    );
    let generated = generate(&with(&operation, "{}")).unwrap();
    let expected = "get_a
    GET /a/{id}
    id: String in path
    body2?: String in query \"body\"
    client?: String in query \"client\"
    id3?: String in query \"ID\"
    send2?: String in query \"send\"
    tags?: String in query \"tags\"
    tags2?: Vec<String> in query \"tags[]\"
    id2?: String in header \"id\"
    body GetARequest
    reply ()
    error ApiErrorBody
";
    assert_eq!(generated.operations_surface, expected);
}

#[test]
fn path_parameters_that_do_not_match_are_refused() {
    assert_message(
        &with_parameter("{name: other, in: path, schema: {type: string}}"),
        "/paths/~1a~1{id}/get",
        "a path parameter `other` that the path does not have",
        "correct its name, or the path",
    );
}

/// The generator underneath loses some of these, and makes broken Rust of others.
#[test]
fn paths_that_are_none_are_refused() {
    for path in [
        "",
        "a/b",
        "/a/{b",
        "/a}b",
        "/a/{b}}",
        "/a/{b{c}}",
        "/a/{b/c}",
    ] {
        let source =
            serde_json::json!({ "openapi": "3.1.0", "paths": { path: { "get": {} } } }).to_string();
        assert_message(
            &refusal(&source),
            &format!("/paths/{}", path.replace('/', "~1")),
            &format!("`{path}`, which is not a path"),
            "begin it with `/`, and write each parameter as `{name}`",
        );
    }
}

/// Ids that differ by case or separators alone, and one that is missing.
#[test]
fn operations_of_one_name_are_numbered() {
    let generated = generate(
        "openapi: 3.1.0
paths:
  /a: {get: {operationId: get-a}, put: {operationId: GetA}}
  /b: {get: {operationId: getA}}
  /get/b: {get: {}}",
    )
    .unwrap();
    let names: Vec<&str> = generated
        .operations_surface
        .split("\n\n")
        .filter_map(|block| block.lines().next())
        .collect();
    assert_eq!(names, ["get_a", "get_a_2", "get_a_3", "get_get_b"]);
}

/// Recursion of every kind ends in a type or in a message.
#[test]
fn schemas_that_contain_themselves_end() {
    let component = |schema: &str| {
        let source = format!("openapi: 3.1.0\npaths: {{}}\ncomponents: {{schemas: {schema}}}");
        generate(&source).map(|generated| generated.types_surface)
    };
    for (schema, part) in [
        // Children that are their parent.
        (
            "{P: {type: object, properties: {a: {type: string}}, oneOf: [{$ref: \"#/components/schemas/C\"}, {$ref: \"#/components/schemas/D\"}]}, \
             C: {allOf: [{$ref: \"#/components/schemas/P\"}, {type: object, properties: {c: {}}}]}, \
             D: {allOf: [{$ref: \"#/components/schemas/P\"}, {type: object, properties: {d: {}}}]}}",
            "union P\n",
        ),
        // A union of itself.
        (
            "{U: {oneOf: [{$ref: \"#/components/schemas/U\"}, {type: string}, {type: object, properties: {a: {}}}]}}",
            "union U\n",
        ),
        (
            "{A: {type: object, properties: {b: {$ref: \"#/components/schemas/B\"}}}, \
             B: {anyOf: [{type: object, properties: {a: {$ref: \"#/components/schemas/A\"}}}, {$ref: \"#/components/schemas/B\"}]}}",
            "struct A\n",
        ),
        // An arm that contains the union with something added.
        (
            "{T: {oneOf: [{properties: {child: {allOf: [{$ref: \"#/components/schemas/T\"}, {$ref: \"#/components/schemas/Place\"}]}}}, {properties: {leaf: {type: string}}}]}, \
             Place: {type: object, properties: {x: {type: number}}}}",
            "child: Option<TChildChild>,",
        ),
    ] {
        let surface = component(schema).unwrap_or_else(|problem| panic!("{problem}"));
        assert!(surface.contains(part), "{surface}");
    }
    // In an error body, too.
    let errors = "openapi: 3.1.0\npaths: {/a: {get: {responses: {400: {content: {application/json: {schema: {$ref: \"#/components/schemas/E\"}}}}}}}}\n\
        components: {schemas: {E: {oneOf: [{$ref: \"#/components/schemas/E\"}, {type: object, properties: {a: {}}}]}}}";
    assert!(generate(errors).is_ok());
}

#[test]
fn deep_documents_end() {
    for depth in [100, 1000, 5000] {
        let schema = format!(
            "{}{{\"type\":\"string\"}}{}",
            "{\"type\":\"array\",\"items\":".repeat(depth),
            "}".repeat(depth)
        );
        let source = format!(
            "{{\"openapi\":\"3.1.0\",\"paths\":{{}},\"components\":{{\"schemas\":{{\"A\":{schema}}}}}}}"
        );
        let generated = generate(&source);
        assert_eq!(generated.is_ok(), depth == 100, "{:?}", generated.err());
    }
}

/// Letters that Rust names cannot hold, and those that become several in another case, still make
/// valid names.
#[test]
fn any_letter_works_in_names() {
    let letters = (0x80..0x30000).filter_map(char::from_u32);
    let letters = letters.filter(|c| {
        let is_odd = !unicode_ident::is_xid_continue(*c)
            || c.to_uppercase().count() > 1
            || c.to_lowercase().count() > 1;
        c.is_alphanumeric() && is_odd
    });
    let letters: Vec<char> = letters.collect();
    assert!(letters.len() > 1000, "{}", letters.len());
    for part in letters.chunks(1000) {
        let properties: Vec<String> = part
            .iter()
            .flat_map(|c| [format!("\"{c}\": {{}}"), format!("\"a{c}\": {{}}")])
            .collect();
        let source = format!(
            "{{\"openapi\":\"3.1.0\",\"paths\":{{}},\"components\":{{\"schemas\":{{\"A\":{{\"properties\":{{{}}}}}}}}}}}",
            properties.join(",")
        );
        let generated = generate(&source).unwrap_or_else(|problem| panic!("{problem}"));
        assert!(generated.types_surface.contains("struct A"));
    }
}

#[test]
fn schemas_that_say_nonsense_are_refused() {
    let component = |schema: &str| refusal(&with(&format!("{{parameters: [{ID}]}}"), schema));
    assert_message(
        &component("{type: object, properties: {b: {type: text}}}"),
        "/components/schemas/A/properties/b/type",
        "the type `text`",
        "use string, number, integer, boolean, array, object or null",
    );
    assert_message(
        &component("{type: {a: 1}}"),
        "/components/schemas/A/type",
        "a type that is not a string: {\"a\":1}",
        "write the name of a type, or a list of names",
    );
    assert_message(
        &component("[1]"),
        "/components/schemas/A",
        "a schema that is not an object: [1]",
        "write a schema, or `{}` for any value",
    );
    assert_message(
        &component(
            "{type: object, properties: {a: {type: string}}, oneOf: [{type: string}, {type: object}]}",
        ),
        "/components/schemas/A/oneOf/0",
        "properties beside a union in which an arm is not an object",
        "let every arm be an object, or move the properties into the arms",
    );
}

/// JSON is YAML, with tabs and escapes; a byte order mark and Windows line ends are no obstacle
/// either.
#[test]
fn json_and_windows_text_are_read() {
    let server = |source: &str| {
        let generated = generate(source).unwrap_or_else(|problem| panic!("{problem}"));
        let file = syn::parse_file(&generated.operations).unwrap();
        let servers = file.items.iter().filter_map(|item| match item {
            syn::Item::Const(constant) if constant.ident == "SERVER" => Some(&*constant.expr),
            _ => None,
        });
        let servers: Vec<&syn::Expr> = servers.collect();
        let [syn::Expr::Lit(literal)] = servers.as_slice() else {
            panic!("no literal");
        };
        match &literal.lit {
            syn::Lit::Str(text) => text.value(),
            _ => panic!("no string"),
        }
    };
    let json = "{\n\t\"openapi\": \"3.1.0\",\n\t\"servers\": [{\"url\": \"http:\\/\\/a\\/\\u00fc\\ud83d\\ude42\"}],\n\t\"paths\": {}\n}\n";
    assert_eq!(server(json), "http://a/ü🙂");
    let windows = "\u{feff}openapi: 3.1.0\r\nservers:\r\n- url: http://a\r\npaths: {}\r\n";
    assert_eq!(server(windows), "http://a");
}

/// What is shown of each field, or bound of each arm, by the `Debug` implementations that are
/// written out.
fn written_debug(types: &str) -> Vec<(String, Vec<(String, String)>)> {
    let text = |tokens: &dyn quote::ToTokens| tokens.to_token_stream().to_string().replace(' ', "");
    // `.field("name", value)` in a chain, and the arms of a `match`.
    fn shown(
        expr: &syn::Expr,
        text: &dyn Fn(&dyn quote::ToTokens) -> String,
        found: &mut Vec<(String, String)>,
    ) {
        match expr {
            syn::Expr::MethodCall(call) => {
                shown(&call.receiver, text, found);
                match (call.method.to_string().as_str(), call.args.len()) {
                    ("field", 2) => {
                        found.push((text(&call.args[0]).replace('"', ""), text(&call.args[1])))
                    }
                    ("field", 1) => found.push((String::new(), text(&call.args[0]))),
                    _ => {}
                }
            }
            syn::Expr::Match(matched) => {
                for arm in &matched.arms {
                    let mut inner = Vec::new();
                    shown(&arm.body, text, &mut inner);
                    let value = inner.pop().map_or_else(String::new, |(_, value)| value);
                    found.push((text(&arm.pat), value));
                }
            }
            syn::Expr::Block(block) => {
                if let Some(syn::Stmt::Expr(expr, _)) = block.block.stmts.last() {
                    shown(expr, text, found);
                }
            }
            _ => {}
        }
    }
    fn walk(
        items: &[syn::Item],
        text: &dyn Fn(&dyn quote::ToTokens) -> String,
        found: &mut Vec<(String, Vec<(String, String)>)>,
    ) {
        for item in items {
            match item {
                syn::Item::Mod(module) => {
                    let inner = module.content.as_ref().map(|(_, items)| items.as_slice());
                    walk(inner.unwrap_or_default(), text, found);
                }
                syn::Item::Impl(item) if item.items.len() == 1 => {
                    if let syn::ImplItem::Fn(function) = &item.items[0]
                        && function.sig.ident == "fmt"
                        && let Some(syn::Stmt::Expr(expr, _)) = function.block.stmts.last()
                    {
                        let mut fields = Vec::new();
                        shown(expr, text, &mut fields);
                        found.push((text(&item.self_ty), fields));
                    }
                }
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(&syn::parse_file(types).unwrap().items, &text, &mut found);
    found.sort();
    found
}

/// The `Debug` of each type that may hold secrets is written, and shows none; errors of operations
/// with one quote no reply.
#[test]
fn secrets_are_not_shown() {
    const HIDDEN: &str = "&crate::secret::Redacted";
    const EXTRA: (&str, &str) = ("extra", "&crate::secret::RedactedValues(&self.extra)");
    let source = include_str!("documents/constructs/secrets.yaml");
    let generated = generate(source).unwrap_or_else(|problem| panic!("{problem}"));
    let written = written_debug(&generated.types);
    let written: Vec<(&str, Vec<(&str, &str)>)> = written
        .iter()
        .map(|(name, fields)| {
            let fields = fields
                .iter()
                .map(|(field, value)| (field.as_str(), value.as_str()));
            (name.as_str(), fields.collect())
        })
        .collect();
    let pair = [
        ("second", HIDDEN),
        ("first", HIDDEN),
        ("label", "&self.label"),
    ];
    let required = [
        ("first", HIDDEN),
        ("label", "&self.label"),
        ("second", HIDDEN),
    ];
    assert_eq!(
        written,
        [
            ("ApiErrorBody", vec![EXTRA]),
            (
                "CreateKeyResponse",
                vec![
                    ("id", HIDDEN),
                    ("url", "&self.url.as_ref().map(crate::secret::RedactedUrl)"),
                    EXTRA,
                ],
            ),
            ("KeyPair", required.to_vec()),
            ("KeyPair", [pair.as_slice(), &[EXTRA]].concat()),
            (
                "KeyRequest",
                vec![
                    ("secret", HIDDEN),
                    ("older", HIDDEN),
                    ("by_name", HIDDEN),
                    ("either", HIDDEN),
                    ("number_or_secret", "&self.number_or_secret"),
                    (
                        "callback",
                        "&self.callback.as_ref().map(crate::secret::RedactedUrl)"
                    ),
                    (
                        "hook",
                        "&self.hook.as_ref().map(crate::secret::RedactedUrl)"
                    ),
                    ("hooks", HIDDEN),
                    ("number_or_url", "&self.number_or_url"),
                    ("whatever", HIDDEN),
                    ("number_or_texts", "&self.number_or_texts"),
                    ("pair", "&self.pair"),
                    EXTRA,
                ],
            ),
            (
                "KeyRequestNumberOrSecret",
                vec![
                    ("Self::Number(value)", "value"),
                    ("Self::String(_)", HIDDEN),
                    ("Self::Unknown(_)", HIDDEN),
                ],
            ),
            (
                "KeyRequestNumberOrTexts",
                vec![
                    ("Self::Number(value)", "value"),
                    ("Self::String(_)", HIDDEN),
                    ("Self::Unknown(_)", HIDDEN),
                ],
            ),
            (
                "KeyRequestNumberOrUrl",
                vec![
                    ("Self::Number(value)", "value"),
                    ("Self::String(value)", "&crate::secret::RedactedUrl(value)"),
                    ("Self::Unknown(_)", HIDDEN),
                ],
            ),
        ]
    );

    let file = syn::parse_file(&generated.operations).unwrap();
    let marked: Vec<(String, bool)> = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Const(constant) => match &*constant.expr {
                syn::Expr::Struct(operation) => Some(&operation.fields),
                _ => None,
            },
            _ => None,
        })
        .map(|fields| {
            let literal = |name: &str| {
                fields
                    .iter()
                    .find_map(|field| match (&field.member, &field.expr) {
                        (syn::Member::Named(member), syn::Expr::Lit(literal)) if member == name => {
                            Some(literal.lit.clone())
                        }
                        _ => None,
                    })
            };
            match (literal("id"), literal("is_confidential")) {
                (Some(syn::Lit::Str(id)), Some(syn::Lit::Bool(marked))) => {
                    (id.value(), marked.value)
                }
                other => panic!("{}", other.0.is_some()),
            }
        })
        .collect();
    let expected = [
        ("create-key", true),
        ("get-key", false),
        ("delete-key", false),
        ("list-names", false),
    ];
    assert_eq!(marked, expected.map(|(id, marked)| (id.to_owned(), marked)));
}
