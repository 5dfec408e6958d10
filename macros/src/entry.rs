//! `#[coweave::main]` and `#[coweave::test]`: a plain function that runs its body as a task.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{quote, quote_spanned};

use crate::entry_args::{self, Order};
use crate::errors::Errors;
use crate::input::{Body, Function, not_a_function};
use crate::signature::generated;

#[derive(Clone, Copy)]
pub(crate) enum Entry {
    Main,
    Test,
}

impl Entry {
    fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Test => "test",
        }
    }
}

pub(crate) fn expand(entry: Entry, args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (root, workers, order) = match entry {
        Entry::Main => {
            let (root, workers) = entry_args::of_main(args, &mut errors);
            (root, workers, Order::FirstInFirstOut)
        }
        Entry::Test => {
            let (root, order) = entry_args::of_test(args, &mut errors);
            (root, None, order)
        }
    };
    let mut function: Function = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = not_a_function(&item, entry.name(), error).to_compile_error();
            return quote!(#error #item);
        }
    };
    check(entry, &function, &mut errors);
    function.sig.asyncness = None;
    let span = generated(function.sig.ident.span());
    if !errors.is_empty() {
        let errors = errors.to_compile_errors();
        function.sig.inputs.clear();
        function.sig.generics = syn::Generics::default();
        let function = function.with_body(&quote_spanned!(span=> { loop {} }));
        return quote!(#errors #[allow(warnings)] #function);
    }
    let Body::Braced(body) = &function.body else { return TokenStream::new() };
    let (root, p) = (root.at(span), root.private(span));
    let name = &function.sig.ident;
    let (run, marker) = match entry {
        Entry::Main => {
            let run = match &workers {
                None => quote_spanned!(span=> #root::run(#name())),
                Some(count) => quote_spanned!(span=> #p::run_with_workers(#count, #name())),
            };
            (run, TokenStream::new())
        }
        Entry::Test => {
            let run = match &order {
                Order::FirstInFirstOut => quote_spanned!(span=> #p::test(#name())),
                Order::Seed(seed) => quote_spanned!(span=> #p::test_with_seed(#seed, #name)),
                Order::Seeds(seeds) => quote_spanned!(span=> #root::explore(#seeds, #name)),
            };
            (run, quote_spanned!(span=> #[::core::prelude::v1::test]))
        }
    };
    // A function and not a block, because a function says what it returns; so mistakes in that are
    // told where they are.
    let ret = &function.sig.output;
    let call = quote_spanned!(span=> async fn #name() #ret #body #run);
    let mut braced = Group::new(Delimiter::Brace, call);
    braced.set_span(generated(body.span()));
    if !matches!(order, Order::FirstInFirstOut) {
        // An error that is returned fails its seed.
        function.sig.output = syn::ReturnType::Default;
    }
    let function = function.with_body(&braced);
    quote!(#marker #function)
}

fn check(entry: Entry, function: &Function, errors: &mut Errors) {
    let (name, sig) = (entry.name(), &function.sig);
    if !sig.inputs.is_empty() {
        errors.at(&sig.inputs, format!("a `#[coweave::{name}]` function takes no arguments"));
    }
    if !sig.generics.params.is_empty() {
        errors.at(&sig.generics, format!("a `#[coweave::{name}]` function cannot be generic"));
    }
    if let Some(token) = &sig.constness {
        errors.at(token, format!("a `#[coweave::{name}]` function cannot be `const`"));
    }
    if let Entry::Main = entry
        && sig.ident != "main"
    {
        errors.at(
            &sig.ident,
            "`#[coweave::main]` goes on `fn main`; mark other functions `#[coweave::coroutine]`",
        );
    }
    if let Body::Missing(semi) = &function.body {
        errors.at(semi, format!("a `#[coweave::{name}]` function needs a body"));
    }
}
