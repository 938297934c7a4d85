// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

/// `Testing` has a `SourceLocation` too.
typealias Place = LLVMIR.SourceLocation

/// Reads a module's text.
func read(_ text: String) throws -> Module {
  try IRReader(text: text, name: "test.ll").read()
}

/// What reading a text fails with.
func failure(_ text: String) -> IRError? {
  do throws(IRError) {
    _ = try IRReader(text: text, name: "test.ll").read()
    return nil
  } catch {
    return error
  }
}

/// The body of a function of parameters `ptr %p, i32 %x, i64 %y`, with a `ret void` after it.
func instructions(_ text: String, with declarations: String = "") throws -> [Instruction] {
  let module = try read(
    """
    \(declarations)
    define void @f(ptr %p, i32 %x, i64 %y) {
    entry:
    \(text)
      ret void
    }
    """)
  return try #require(module.functions["f"]).blocks.flatMap(\.instructions)
}

/// The first operation of such a body.
func operation(_ text: String, with declarations: String = "") throws -> LLVMIR.Operation {
  try #require(try instructions(text, with: declarations).first).operation
}

/// The initializer of a global of a type and value.
func initializer(_ text: String, with declarations: String = "") throws -> Constant {
  let module = try read("\(declarations)\n@g = global \(text)")
  return try #require(module.globals["g"]?.initializer)
}

/// An operand that is a register of the body.
func register(_ number: Int, _ type: IRType) -> Operand {
  Operand(type: type, value: .register(number))
}

/// An operand that is an integer constant.
func integer(_ value: UInt64, _ width: Int) -> Operand {
  Operand(type: .integer(width), value: .constant(.integer(value, width: width)))
}

/// The parameters of the body.
let p = register(0, .pointer)
let x = register(1, .integer(32))
let y = register(2, .integer(64))
