// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Gives every function a number and every global an address, then lowers them.
struct Linker {
  private struct Symbol {
    var isWeak: Bool
    var number: Int
  }

  /// By module, then by name.
  private var functions: [[String: Int]] = []
  private var globals: [[String: Int]] = []
  private var sharedFunctions: [String: Symbol] = [:]
  private var sharedGlobals: [String: Symbol] = [:]
  private var functionCount = 0
  private var globalSizes: [Int] = []
  private var globalBases: [UInt64] = []

  var exportedFunctions: [String: Int] { sharedFunctions.mapValues(\.number) }

  // MARK: Declaration

  mutating func declare(_ unit: Program.Unit) throws(ExecutionError) {
    var ownFunctions: [String: Int] = [:]
    for function in unit.module.functions.values.sorted(by: { $0.name < $1.name })
    where function.isDefined {
      let number = functionCount
      functionCount += 1
      if function.isInternal {
        ownFunctions[function.name] = number
      } else {
        try Linker.share(
          Symbol(isWeak: function.isWeak, number: number), function.name,
          function.location, in: &sharedFunctions)
      }
    }
    functions.append(ownFunctions)
    try declareGlobals(unit)
  }

  /// Bytes: KERNEL_IMAGE_SIZE, where CONFIG_RANDOMIZE_BASE is on
  /// (arch/x86/include/asm/page_64_types.h).
  private static let largestGlobal = 1 << 30

  private mutating func declareGlobals(_ unit: Program.Unit) throws(ExecutionError) {
    var own: [String: Int] = [:]
    for global in Linker.definedGlobals(unit.module) {
      guard let size = global.type.allocSize else {
        throw Linker.error("the type of \(global.name) has no size", global.location)
      }
      if size > Linker.largestGlobal {
        throw Linker.error(
          "\(global.name) has \(size) bytes: a kernel's image has 1 GiB at most", global.location)
      }
      let number = globalSizes.count
      globalSizes.append(size)
      let previousEnd = globalBases.last.map {
        $0 + UInt64(globalSizes[number - 1]) + Memory.distance
      }
      globalBases.append(((previousEnd ?? Program.globalBase) + 63) & ~63)
      if global.isInternal {
        own[global.name] = number
      } else {
        try Linker.share(
          Symbol(isWeak: global.isWeak, number: number), global.name, global.location,
          in: &sharedGlobals)
      }
    }
    globals.append(own)
  }

  /// Globals with a value, in a fixed order; what the compiler alone uses is left out.
  static func definedGlobals(_ module: Module) -> [Global] {
    module.globals.values
      .filter { $0.initializer != nil && $0.section != "llvm.metadata" }
      .sorted { $0.name < $1.name }
  }

  private static func share(
    _ symbol: Symbol, _ name: String, _ location: SourceLocation?,
    in table: inout [String: Symbol]
  ) throws(ExecutionError) {
    guard let other = table[name] else {
      table[name] = symbol
      return
    }
    if !symbol.isWeak, !other.isWeak {
      throw error("\(name) is defined twice; the model of the kernel has one already", location)
    }
    if other.isWeak, !symbol.isWeak { table[name] = symbol }
  }

  static func error(_ message: String, _ location: SourceLocation?) -> ExecutionError {
    ExecutionError(
      message, callStack: location.map { [CallSite(function: "", location: $0)] } ?? [])
  }

  // MARK: Addresses

  func functionNumber(_ name: String, module: Int) -> Int? {
    functions[module][name] ?? sharedFunctions[name]?.number
  }

  static func address(ofFunction number: Int) -> UInt64 {
    Program.functionBase + 16 * UInt64(number)
  }

  /// The address of a function or global as a module sees it.
  func address(_ name: String, module: Int) -> UInt64? {
    if let number = globals[module][name] ?? sharedGlobals[name]?.number {
      return globalBases[number]
    }
    return functionNumber(name, module: module).map(Linker.address(ofFunction:))
  }

  var functionsByAddress: [UInt64: Int] {
    Dictionary(
      uniqueKeysWithValues: (0..<functionCount).map { (Linker.address(ofFunction: $0), $0) })
  }

  // MARK: Lowering

  func lower(_ units: [Program.Unit]) throws(ExecutionError) -> [Code] {
    var code: [Code] = []
    for (module, unit) in units.enumerated() {
      let constants = ConstantLowering(linker: self, module: module)
      for function in unit.module.functions.values.sorted(by: { $0.name < $1.name })
      where function.isDefined {
        let lowering = FunctionLowering(
          function: function, unit: unit, linker: self, module: module, constants: constants)
        code.append(try lowering.lower())
      }
    }
    return code
  }

  func lowerGlobals(_ units: [Program.Unit]) throws(ExecutionError) -> [MemoryObject] {
    var objects = (0..<functionCount).map { number in
      MemoryObject(
        base: Linker.address(ofFunction: number), size: Term(1, width: 64), kind: .function,
        name: "a function", isZeroed: false)
    }
    var number = 0
    for (module, unit) in units.enumerated() {
      let constants = ConstantLowering(linker: self, module: module)
      for global in Linker.definedGlobals(unit.module) {
        objects.append(try object(global, number: number, constants: constants))
        number += 1
      }
    }
    return objects
  }

  private func object(
    _ global: Global, number: Int, constants: ConstantLowering
  ) throws(ExecutionError) -> MemoryObject {
    var object = MemoryObject(
      base: globalBases[number], size: Term(UInt64(globalSizes[number]), width: 64),
      kind: global.isConstant ? .constant : .global, name: global.name, isZeroed: true)
    if global.isThreadLocal {
      throw Linker.error(
        "thread-local variables are not supported: \(global.name)", global.location)
    }
    guard let initializer = global.initializer else { return object }
    do {
      try constants.fill(&object.cells, global.type, initializer, at: 0)
    } catch {
      throw Linker.error("\(global.name): \(error.message)", global.location)
    }
    return object
  }

  func sections(_ units: [Program.Unit]) -> [String: [Program.Entry]] {
    var result: [String: [Program.Entry]] = [:]
    var number = 0
    for unit in units {
      for global in Linker.definedGlobals(unit.module) {
        if let section = global.section {
          result[section, default: []].append(
            Program.Entry(
              name: global.name, address: globalBases[number], location: global.location))
        }
        number += 1
      }
    }
    return result.mapValues { entries in
      entries.sorted { ($0.location?.line ?? 0, $0.name) < ($1.location?.line ?? 0, $1.name) }
    }
  }
}
