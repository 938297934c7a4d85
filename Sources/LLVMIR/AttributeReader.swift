// SPDX-License-Identifier: Apache-2.0

/// What matters of a parameter's attributes.
struct ParameterAttributes {
  var byValue: IRType?
  var isStructReturn = false
}

/// Attributes of functions, parameters and results. Most are hints for an optimiser, which plain
/// machine semantics does not use; those that change what a call does are taken, or refused.
extension Reader {
  /// After a parameter's type, up to its value or name.
  mutating func parameterAttributes() throws(IRError) -> ParameterAttributes {
    var attributes = ParameterAttributes()
    while true {
      if token.kind == .string {
        try skipStringAttribute()
      } else if token.kind == .word, !Self.valueWords.contains(text(of: token)) {
        try parameterAttribute(&attributes)
      } else {
        return attributes
      }
    }
  }

  private mutating func parameterAttribute(_ attributes: inout ParameterAttributes)
    throws(IRError)
  {
    switch text(of: token) {
    case "byval":
      advance()
      try expect("(")
      attributes.byValue = try type()
      try expect(")")
    case "sret":
      attributes.isStructReturn = true
      try skipAttribute()
    case "inalloca", "preallocated", "swifterror":
      throw error("parameter attribute `\(text(of: token))` is not supported")
    default:
      try skipAttribute()
    }
  }

  /// `name`, `name(…)` or `align 8`; a number after another name is a value.
  private mutating func skipAttribute() throws(IRError) {
    let name = try word()
    if at("(") {
      try skipBrackets()
    } else if name == "align" || name == "cc" {
      _ = try count()
    }
  }

  /// `"key"` or `"key"="value"`.
  private mutating func skipStringAttribute() throws(IRError) {
    _ = try string()
    if take("=") { _ = try string() }
  }

  /// Linkage, calling convention, attributes: up to the result's type.
  mutating func skipResultAttributes() throws(IRError) {
    while true {
      if token.kind == .string {
        try skipStringAttribute()
      } else if token.kind == .word, !atType {
        try skipAttribute()
      } else {
        return
      }
    }
  }

  /// A type's first word.
  private var atType: Bool {
    switch text(of: token) {
    case "ptr", "void", "half", "bfloat", "float", "double", "x86_fp80", "fp128", "ppc_fp128",
      "label", "metadata", "token", "x86_amx", "target":
      return true
    default:
      let bytes = bytes[token.content]
      return bytes.first == UInt8(ascii: "i") && bytes.count > 1
        && bytes.dropFirst().allSatisfy(Lexer.isDigit)
    }
  }

  /// After a call's arguments, on its line: `#7`, `nounwind`, `"key"="value"`.
  mutating func skipFunctionAttributes() throws(IRError) {
    while !atLineEnd {
      switch token.kind {
      case .attribute: advance()
      case .string: try skipStringAttribute()
      case .word: try skipAttribute()
      default: return
      }
    }
  }
}
