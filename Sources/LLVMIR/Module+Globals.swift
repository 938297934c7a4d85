// SPDX-License-Identifier: Apache-2.0

extension Module {
  /// The names of the globals that some functions speak of. Takes time linear in their text.
  ///
  /// - Parameter functions: their names.
  public func globals(spokenOfIn functions: Set<String>) -> Set<String> {
    var names: Set<String> = []
    for name in functions {
      for instruction in self.functions[name]?.blocks.flatMap(\.instructions) ?? [] {
        for operand in instruction.operation.operands {
          if case .constant(let constant) = operand.value { constant.addGlobals(to: &names) }
        }
      }
    }
    return names
  }
}

extension Constant {
  fileprivate func addGlobals(to names: inout Set<String>) {
    switch self {
    case .global(let name): names.insert(name)
    case .aggregate(let elements): elements.forEach { $0.value.addGlobals(to: &names) }
    case .elementPointer(_, let base, let indices):
      ([base] + indices).forEach { $0.value.addGlobals(to: &names) }
    case .cast(_, let source, _): source.value.addGlobals(to: &names)
    case .binary(_, let a, let b): [a, b].forEach { $0.value.addGlobals(to: &names) }
    case .integer, .null, .undefined, .zero, .unsupported: break
    }
  }
}
