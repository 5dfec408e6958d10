//! What the compiler says about the common mistakes, and what must compile anywhere.

#[test]
fn mistakes_are_told_at_their_token_and_the_rest_compiles() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
