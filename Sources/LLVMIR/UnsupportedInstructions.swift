// SPDX-License-Identifier: Apache-2.0

/// The instructions of LLVM that the types do not have.
enum UnsupportedInstructions {
  /// Why an instruction is unsupported; nil for a word that is no instruction.
  static func reason(_ mnemonic: String) -> String? { reasons[mnemonic] }

  /// The instruction ends its block.
  static func isTerminator(_ mnemonic: String) -> Bool { terminators.contains(mnemonic) }

  private static let terminators: Set<String> = [
    "indirectbr", "callbr", "invoke", "resume", "catchswitch", "catchret", "cleanupret",
  ]

  private static let reasons: [String: String] = {
    let groups: [(String, [String])] = [
      (
        "floating point",
        [
          "fneg", "fadd", "fsub", "fmul", "fdiv", "frem", "fcmp", "fptoui", "fptosi", "uitofp",
          "sitofp", "fptrunc", "fpext",
        ]
      ),
      ("vector", ["extractelement", "insertelement", "shufflevector"]),
      ("address space", ["addrspacecast"]),
      ("address of a pointer", ["ptrtoaddr"]),
      ("variable arguments", ["va_arg"]),
      ("computed goto", ["indirectbr"]),
      ("asm goto", ["callbr"]),
      (
        "exception handling",
        [
          "invoke", "resume", "landingpad", "catchswitch", "catchret", "catchpad", "cleanuppad",
          "cleanupret",
        ]
      ),
    ]
    var reasons: [String: String] = [:]
    for (reason, mnemonics) in groups {
      for mnemonic in mnemonics { reasons[mnemonic] = reason }
    }
    return reasons
  }()
}

extension Reader {
  /// Passes over the operands of an instruction, up to its attachments or its line's end.
  mutating func skipOperands() throws(IRError) {
    while token.kind != .end {
      if token.kind == .unterminated { throw unexpected("a `\"`") }
      if at(","), !atOperandComma() { return }
      if token.startsLine, !continuesInstruction { return }
      if at("(") || at("[") || at("{") || at("<") {
        try skipBrackets()
      } else {
        advance()
      }
    }
  }

  /// At the second line of `callbr`, `invoke`, `landingpad`.
  private var continuesInstruction: Bool {
    atWord("to") || atWord("unwind") || atWord("cleanup") || atWord("catch") || atWord("filter")
  }
}
