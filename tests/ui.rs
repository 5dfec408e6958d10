//! What the compiler says about the common mistakes, and what must compile anywhere.

#[test]
fn mistakes_are_told_at_their_token() {
    // Without a case that passes this runs `cargo check`, so that is what tells them.
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*.rs");
}

#[test]
fn mistakes_that_show_when_built_are_told_and_the_rest_compiles() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/built/*.rs");
}
