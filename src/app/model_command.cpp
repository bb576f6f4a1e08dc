#include "app/commands.h"
#include "app/model_actions.h"

namespace lyn {

int model_command(const ModelArguments& arguments) {
  const auto act = [&] {
    switch (arguments.action) {
      case ModelArguments::Action::add:
        return add_model(arguments);
      case ModelArguments::Action::test:
        return test_model(arguments);
      case ModelArguments::Action::build:
        return build_model(arguments);
      case ModelArguments::Action::list:
        return list_models(arguments);
    }
    return Status();
  };
  const Status status = act();
  return status ? 0 : report(status.error());
}

}  // namespace lyn
