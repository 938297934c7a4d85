// SPDX-License-Identifier: Apache-2.0

import Execution
import Verifier

/// What one verbose run of the machine has printed.
struct NativeReport: Sendable {
  /// What the model's C said, or the machine saw.
  struct Claim: Sendable {
    var property: Property
    /// Nil for what the model says.
    var evidence: Evidence?
    var message: String
    var addresses: [UInt64]
  }

  var claims: [Claim] = []
  var inputs: [Counterexample.Value] = []
  var reports: [Counterexample.Value] = []
  var notes: [String] = []
  var faults: [PageFault] = []
  var object: FaultObject?
  var wrongPages: [WrongPage] = []
  /// Pages looked at, and pages of the mapping.
  var looked: (pages: UInt64, total: UInt64)?
  /// What differs between model and machine beside the properties.
  var differences: [String] = []
  /// Inputs that the run asked for and that were not given, and what it had violated before.
  var unknownInputs: [(name: String, violated: PropertySet)] = []
  var outOfRange: [String] = []
  var rejection: String?
  var obstacle: String?
  var crash: String?
  var result: CaseResult?

  /// Takes what the machine has printed.
  init(_ text: String) {
    for line in text.split(separator: "\n") {
      take(
        line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).printable })
    }
  }

  private mutating func take(_ fields: [String]) {
    let arguments = Array(fields.dropFirst())
    func text(_ index: Int) -> String { arguments.indices.contains(index) ? arguments[index] : "" }
    func hex(_ index: Int) -> UInt64 { UInt64(text(index), radix: 16) ?? 0 }
    func number(_ index: Int) -> UInt64 { UInt64(text(index)) ?? 0 }
    switch fields.first {
    case "model": add(text(0), nil, text(1), arguments.dropFirst(2))
    case "machine": add(text(0), Evidence(rawValue: text(1)), text(2), arguments.dropFirst(3))
    case "input": inputs.append(Counterexample.Value(name: text(0), value: text(1)))
    case "report": reports.append(Counterexample.Value(name: text(0), value: text(1)))
    case "note": notes.append(text(0))
    case "fault":
      faults.append(
        PageFault(
          address: hex(1), kernelAddress: KernelAddress.of(hex(1)), isWrite: text(0) == "write",
          errorCode: Int(text(2)), isForbidden: text(3) == "forbidden"))
    case "object":
      object = FaultObject(
        name: text(0), size: number(1), address: hex(2), offset: Int(text(3)) ?? 0,
        isFreed: text(4) == "freed")
    case "page":
      wrongPages.append(
        WrongPage(
          place: number(0), expected: hex(2) == 0 ? nil : hex(2),
          actual: text(3) == "none" || hex(4) == .max ? nil : hex(4)))
    case "looked": looked = (number(0), number(1))
    case "differ": differences.append(text(0))
    case "unknown-input":
      unknownInputs.append((text(0), PropertySet(bits: UInt32(text(1), radix: 16) ?? 0)))
    case "out-of-range":
      outOfRange.append("\(text(0)) = \(text(1)), which is not in [\(text(2)), \(text(3))]")
    case "rejected": rejection = text(0)
    case "cannot": obstacle = text(1)
    case "crashed": crash = text(1)
    case "case": result = CaseResult(fields: arguments)
    default: break
    }
  }

  private mutating func add(
    _ property: String, _ evidence: Evidence?, _ message: String, _ stack: ArraySlice<String>
  ) {
    guard let property = Int(property).flatMap(Property.init(rawValue:)) else { return }
    claims.append(
      Claim(
        property: property, evidence: evidence, message: message,
        addresses: stack.compactMap { UInt64($0, radix: 16) }))
  }
}

/// Addresses of the process, as the kernel has them.
enum KernelAddress {
  /// Where the machine has vmemmap and the vmalloc space (`machine_layout.h`), and where the
  /// kernel has them.
  private static let machineVmemmap: UInt64 = 0x4000_0000_0000
  private static let kernelVmemmap: UInt64 = 0xffd4_0000_0000_0000
  private static let machineVmalloc: UInt64 = 0x1000_0000_0000
  private static let kernelVmalloc: UInt64 = 0xffa0_0000_0000_0000
  private static let vmallocEnd: UInt64 = 0x3000_0000_0000
  private static let vmemmapEnd: UInt64 = 0x6000_0000_0000

  /// The model's address of a place in this process.
  static func of(_ address: UInt64) -> UInt64? {
    switch address {
    case machineVmemmap..<vmemmapEnd: return address - machineVmemmap + kernelVmemmap
    case machineVmalloc..<vmallocEnd:
      // A slot of 1 TiB stands for one of 256 TiB; a mapping may begin just before it.
      let offset = address - machineVmalloc + (1 << 39)
      var slot = offset >> 40
      let inSlot = Int64(bitPattern: offset & ((1 << 40) - 1)) - (1 << 39)
      if slot >= 16 { slot += 9 }
      return UInt64(bitPattern: Int64(bitPattern: kernelVmalloc + slot << 48) + inSlot)
    default: return nil
    }
  }
}
